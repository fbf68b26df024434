"""The checkpoints of a training run: folders that HF Trainer writes, whole or still being written."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tools.errors import ModelError
from tools.models.checkpoint_files import check_weights

NAME = re.compile(r"(?:checkpoint|ckpt|step|global_step)[-_]?(\d+)", re.IGNORECASE)
ADAPTER_CONFIG = "adapter_config.json"
ADAPTER_WEIGHTS = "adapter_model.safetensors"


@dataclass(frozen=True)
class Checkpoint:
    """A state of a model during its training."""

    step: int
    path: Path
    kind: Literal["model", "adapter"]
    """A whole model, or a LoRA adapter of one."""
    unfinished: str | None = None
    """Why it cannot be read, or not yet; None: it is whole."""
    revision: str | None = None
    """The hub's, where `path` is a hub id."""

    @property
    def written(self) -> float:
        """When its newest file was written, in seconds since 1970; 0 on the hub, where revisions stay."""
        if self.revision is not None:
            return 0.0
        return max((path.stat().st_mtime for path in self.path.iterdir() if path.is_file()), default=0.0)


def find_checkpoints(folder: Path) -> list[Checkpoint]:
    """The checkpoints in a folder, by step, those that are half-written included.

    A folder `checkpoint-N` (or ckpt-N, step-N) is one; the folder itself may be one. Raises ModelError where there
    is no such folder or nothing like a checkpoint in it.
    """
    folder = folder.expanduser()
    if not folder.is_dir():
        raise ModelError(
            f"There is no folder {folder}.", "Name the folder that the checkpoints are saved in."
        )
    try:
        entries = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    except OSError as error:
        raise ModelError(f"{folder} cannot be read ({error}).", "Check its permissions.") from error
    found = {
        int(match.group(1)): _checkpoint(int(match.group(1)), path)
        for path in entries
        if (match := NAME.fullmatch(path.name))
    }
    if not found:
        raise ModelError(
            f"{folder} has no checkpoints.",
            "They are folders named checkpoint-100, checkpoint-200 and so on, as HF Trainer writes them.",
        )
    return [found[step] for step in sorted(found)]


def at_step(checkpoints: Sequence[Checkpoint], step: int) -> Checkpoint:
    """The checkpoint of a step. Raises ModelError for a step that does not exist or is half-written."""
    there = {checkpoint.step: checkpoint for checkpoint in checkpoints}
    if step not in there:
        raise ModelError(f"There is no checkpoint at step {step}.", f"There are: {listed(list(there))}.")
    checkpoint = there[step]
    if checkpoint.unfinished:
        raise ModelError(
            f"The checkpoint at step {step} is not whole: {checkpoint.unfinished}.",
            "Wait until it is written, or take another step.",
        )
    return checkpoint


def listed(steps: Sequence[int]) -> str:
    """Steps in a sentence, the middle left out where they are many."""
    shown = [str(step) for step in steps]
    return ", ".join(shown if len(shown) <= 12 else [*shown[:6], "...", *shown[-5:]])


def _checkpoint(step: int, path: Path) -> Checkpoint:
    kind: Literal["model", "adapter"] = "adapter" if (path / ADAPTER_CONFIG).exists() else "model"
    return Checkpoint(step, path, kind, _fault(path, kind))


def _fault(path: Path, kind: Literal["model", "adapter"]) -> str | None:
    """What is missing or cut off. Safetensors say in their header how long they are, so half of one is told."""
    config = path / (ADAPTER_CONFIG if kind == "adapter" else "config.json")
    try:
        json.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return f"it has no {config.name}"
    except (OSError, ValueError) as error:
        return f"{config.name} cannot be read ({error})"
    try:
        if kind == "adapter":
            check_weights(path, [path / ADAPTER_WEIGHTS])
        else:
            check_weights(path)
    except ModelError as error:
        return error.message.rstrip(".")
    return None
