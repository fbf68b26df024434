"""Reads a SAELens SAE from a local folder or from the releases that SAELens lists; every failure in one sentence."""

from __future__ import annotations

import difflib
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.errors import ModelError
from tools.models.hub import hub_answers
from tools.models.quiet import quiet_transformers
from tools.progress import Progress, Report, silent

CONFIGURATION = "cfg.json"
WEIGHTS = "sae_weights.safetensors"


def read_folder(folder: Path, device: str, dtype: str) -> Any:
    """The SAE in a SAELens folder (`cfg.json`, `sae_weights.safetensors`).

    Raises ModelError for a missing, unreadable or truncated file, an unknown architecture, and weights that do not
    fit the configuration.
    """
    missing = [file for file in (CONFIGURATION, WEIGHTS) if not (folder / file).is_file()]
    if missing:
        raise ModelError(
            f"{folder} is no SAELens folder: it has no {' and no '.join(missing)}.",
            "Name the folder that holds both, as SAELens saves them.",
        )
    try:
        configuration = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(
            f"{folder / CONFIGURATION} cannot be read ({_first_line(error)}).", "Copy or download it again."
        ) from error
    if not isinstance(configuration, dict):
        raise ModelError(f"{folder / CONFIGURATION} holds no configuration.", "Copy or download it again.")
    check_architecture(configuration.get("architecture", "standard"))
    with _told(str(folder), "Copy or download its files again."):
        from sae_lens import SAE

        return SAE.load_from_disk(folder, device=device, dtype=dtype)


def read_release(name: str, device: str, dtype: str, report: Report = silent) -> Any:
    """The SAE called `release/sae_id` in SAELens' list, or `owner/repository/sae_id` on the hub.

    Raises ModelError for an unknown release or id before asking the network anything, and, without a connection,
    for an SAE that is not in the local cache.
    """
    from huggingface_hub.constants import is_offline_mode
    from huggingface_hub.errors import LocalEntryNotFoundError
    from sae_lens import SAE

    release, sae_id = _release_and_id(name)
    report(Progress(f"loading SAE {name}", 0, unit="SAEs"))
    switched_off = is_offline_mode()
    connected = not switched_off and hub_answers()
    with _told(name, "Check the name, or try again."), _cache_only(not connected):
        try:
            return SAE.from_pretrained(release, sae_id, device=device, dtype=dtype)
        except LocalEntryNotFoundError as error:
            why = "the hub is switched off (HF_HUB_OFFLINE)" if switched_off else "the hub cannot be reached"
            near = _nearest_release(name)
            raise ModelError(
                f"The SAE {name[:120]} is not on this machine, or not all of it, and {why}.",
                f"Did you mean {near}?" if near else "Connect, or name a local folder or `demo`.",
            ) from error


def check_architecture(architecture: object) -> None:
    """Raise ModelError for an architecture that SAELens does not know or whose features cannot be ablated here."""
    from sae_lens.registry import SAE_CLASS_REGISTRY

    refused = {
        "temporal": "what it says at one token depends on the tokens before",
        "matching_pursuit": "its activations are found one after another, each from what the others leave",
    }
    if not isinstance(architecture, str) or architecture not in SAE_CLASS_REGISTRY:
        usable = sorted(
            kind for kind in SAE_CLASS_REGISTRY if kind not in refused and "transcoder" not in kind
        )
        raise ModelError(
            f"There is no SAE architecture {str(architecture)[:40]!r}.", f"Usable are: {', '.join(usable)}."
        )
    if "transcoder" in architecture:
        raise ModelError(
            f"This is a transcoder ({architecture}): it writes to another place than it reads, so its features are "
            "no part of the residual stream that it encodes.",
            "Choose an SAE of the residual stream.",
        )
    if architecture in refused:
        raise ModelError(
            f"Features of a {architecture} SAE cannot be ablated alone: {refused[architecture]}.",
            "Choose a standard, gated, TopK, BatchTopK or JumpReLU SAE.",
        )


def _release_and_id(name: str) -> tuple[str, str]:
    from sae_lens.loading.pretrained_saes_directory import get_pretrained_saes_directory

    directory = get_pretrained_saes_directory()
    known = [release for release in directory if name == release or name.startswith(f"{release}/")]
    if known:
        release = max(known, key=len)
        sae_id = name.removeprefix(release).strip("/")
        ids = list(directory[release].saes_map)
        if sae_id in ids:
            return release, sae_id
        nearest = difflib.get_close_matches(sae_id, ids, n=3, cutoff=0.0) or ids[:3]
        raise ModelError(
            f"The release {release} has no SAE {sae_id!r}." if sae_id else f"{release} is a release of SAEs.",
            f"Name one of its {len(ids)}, such as {release}/{nearest[0]}.",
        )
    parts = name.split("/", 2)
    if len(parts) == 3 and all(parts):
        return f"{parts[0]}/{parts[1]}", parts[2]
    near = _nearest_release(name)
    raise ModelError(
        f"There is no SAE {name[:120]!r}: no such folder, and SAELens lists no release {parts[0][:80]!r}.",
        f"Did you mean {near}?" if near else "Name `demo`, a local folder, or release/sae_id.",
    )


def _nearest_release(name: str) -> str | None:
    """The listed release that the name's first part may be a slip of the pen for."""
    from sae_lens.loading.pretrained_saes_directory import get_pretrained_saes_directory

    release = name.split("/")[0]
    near = difflib.get_close_matches(release, get_pretrained_saes_directory(), n=1, cutoff=0.8)
    return near[0] if near and near[0] != release else None


@contextmanager
def _told(name: str, next_step: str) -> Iterator[None]:
    """Whatever SAELens, safetensors or the hub raise on bad input becomes one ModelError; nothing is printed."""
    from safetensors import SafetensorError

    try:
        with quiet_transformers(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (
        *(OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError),
        *(RuntimeError, EOFError, MemoryError, SafetensorError),
    ) as error:
        raise ModelError(
            f"The SAE {name[:120]} cannot be loaded ({type(error).__name__}: {_first_line(error)}).",
            next_step,
        ) from error


@contextmanager
def _cache_only(wanted: bool) -> Iterator[None]:
    """Make the hub's client answer from its cache at once, where `wanted`, instead of trying for minutes."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or wanted
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
