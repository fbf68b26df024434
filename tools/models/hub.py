"""A hub id becomes a local folder: from the local cache, else by download, else an error within three seconds."""

import time
from concurrent.futures import Future, wait
from contextlib import suppress
from pathlib import Path
from threading import Thread

from tools.errors import ModelError
from tools.progress import Progress, Report, silent

SECONDS_TO_ANSWER = 2.5
WANTED = ["*.safetensors", "*.json", "*.jinja", "*.txt", "*.model"]
CODE = ["*.py"]
UNWANTED = ["*/*", "consolidated*", "*.gguf"]
"""Sub-folders hold exports for other frameworks; consolidated files hold the same weights again."""


def hub_folder(
    name: str, revision: str | None = None, *, with_code: bool = False, report: Report = silent
) -> Path:
    """The folder with a hub model's config, tokenizer and safetensors weights.

    A model in the local cache is used without asking the hub where that is offline or out of reach. Raises
    ModelError for what is no hub id, for an unknown, private or gated model or revision, and, without a network,
    for a model that is not in the cache.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.constants import is_offline_mode
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        HTTPError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(name)
    except HFValidationError as error:
        raise ModelError(f"{name!r} is neither a file, a folder nor a hub id.", "Check the name.") from error
    wanted = WANTED + (CODE if with_code else [])
    if is_offline_mode():
        return _cached(name, revision, wanted, "the hub is switched off (HF_HUB_OFFLINE)")
    if not hub_answers():
        return _cached(name, revision, wanted, "there is no connection to the hub")
    try:
        report(Progress(f"looking up {name} on the hub", 0))
        files = [file.rfilename for file in HfApi().model_info(name, revision=revision).siblings or []]
        if not any(file.endswith(".safetensors") for file in files):
            raise ModelError(
                f"{name!r} has no safetensors weights on the hub.",
                "Only safetensors and GGUF are read: name another revision, or convert it and name the folder.",
            )
        return _download(name, revision, wanted, report)
    except GatedRepoError as error:
        raise ModelError(
            f"{name!r} is gated.", "Accept its terms on the hub, then run: hf auth login"
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"The hub has no model {name!r}, or not for you.",
            "Check the name; for a private model, set HF_TOKEN.",
        ) from error
    except RevisionNotFoundError as error:
        raise ModelError(
            f"{name!r} has no revision {revision!r}.", "Check the branch, tag or commit."
        ) from error
    except (HTTPError, OSError) as error:
        return _cached(name, revision, wanted, f"the hub could not deliver it ({type(error).__name__})")


def _cached(name: str, revision: str | None, wanted: list[str], why: str) -> Path:
    """The folder in the local cache, where the model is there as a whole; `why` the hub was not asked."""
    from huggingface_hub import snapshot_download

    try:
        return Path(
            snapshot_download(
                name,
                revision=revision,
                local_files_only=True,
                allow_patterns=wanted,
                ignore_patterns=UNWANTED,
            )
        )
    except (OSError, ValueError) as error:
        at = f" at revision {revision!r}" if revision else ""
        raise ModelError(
            f"{name!r}{at} is not on this machine, or not all of it, and {why}.",
            "Check the name, connect, or name a folder, a GGUF file or `embedded`.",
        ) from error


def hub_answers() -> bool:
    """Whether the hub answers at all within SECONDS_TO_ANSWER, name resolution included."""
    from huggingface_hub import constants
    from huggingface_hub.errors import HTTPError
    from huggingface_hub.utils import get_session

    answers: list[bool] = []

    def ask() -> None:
        with suppress(HTTPError, OSError):
            response = get_session().head(constants.ENDPOINT, timeout=SECONDS_TO_ANSWER)
            answers.append(response.status_code < 400)  # a proxy may answer in the hub's place

    # In a thread because a resolver without network may hang for longer than any timeout.
    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(SECONDS_TO_ANSWER)
    return any(answers)


def _download(name: str, revision: str | None, wanted: list[str], report: Report) -> Path:
    """Download in a thread and report meanwhile; when `report` stops the work, what has arrived is kept."""
    from huggingface_hub import snapshot_download

    outcome: Future[str] = Future()

    def download() -> None:
        try:
            outcome.set_result(
                snapshot_download(name, revision=revision, allow_patterns=wanted, ignore_patterns=UNWANTED)
            )
        except BaseException as error:  # noqa: BLE001 - handed over to the waiting thread, which raises it
            outcome.set_exception(error)

    started = time.monotonic()
    Thread(target=download, daemon=True).start()
    while not wait([outcome], timeout=0.5).done:
        report(Progress(f"downloading {name}", int(time.monotonic() - started), unit="seconds"))
    return Path(outcome.result())
