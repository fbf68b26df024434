"""The training steps of a hub model: revisions named `step100`, as Pythia and OLMo publish them."""

import re
from pathlib import Path

from tools.errors import ModelError
from tools.models.checkpoints import Checkpoint
from tools.models.hub import hub_answers

STEP = re.compile(r"(?:global_?)?step[-_]?(\d+)(?:[-_].*)?", re.IGNORECASE)


def hub_checkpoints(name: str) -> list[Checkpoint]:
    """The revisions of a hub model that are training steps, by step; offline those that are in the local cache.

    Raises ModelError where there are none, or none can be found out.
    """
    from huggingface_hub.constants import is_offline_mode
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(name)
    except HFValidationError as error:
        raise ModelError(
            f"{name!r} is neither a folder nor a hub id.",
            "Name the folder that the checkpoints are saved in.",
        ) from error
    online = not is_offline_mode() and hub_answers()
    revisions = _on_the_hub(name) if online else _in_the_cache(name)
    steps = {int(match.group(1)): each for each in revisions if (match := STEP.fullmatch(each))}
    if not steps:
        where = "The hub's" if online else "On this machine (the hub does not answer)"
        raise ModelError(
            f"{where} {name!r} has no revisions that are training steps (step100, step200, ...).",
            "Name a folder of checkpoints.",
        )
    return [Checkpoint(step, Path(name), "model", revision=steps[step]) for step in sorted(steps)]


def _on_the_hub(name: str) -> list[str]:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HTTPError, RepositoryNotFoundError

    try:
        refs = HfApi().list_repo_refs(name)
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"There is no folder {name!r}, and no such model on the hub, or not for you.", "Check the name."
        ) from error
    except (HTTPError, OSError) as error:
        raise ModelError(
            f"The hub could not list the revisions of {name!r} ({type(error).__name__}).", "Try again later."
        ) from error
    return [ref.name for ref in (*refs.branches, *refs.tags)]


def _in_the_cache(name: str) -> list[str]:
    from huggingface_hub.constants import HF_HUB_CACHE
    from huggingface_hub.file_download import repo_folder_name

    refs = Path(HF_HUB_CACHE) / repo_folder_name(repo_id=name, repo_type="model") / "refs"
    return [path.name for path in refs.iterdir()] if refs.is_dir() else []
