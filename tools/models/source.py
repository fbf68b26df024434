"""From what a model is loaded, so that another process can load the very same."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import ModelError
from tools.models.checkpoints import Checkpoint
from tools.models.load import EMBEDDED

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel


@dataclass(frozen=True)
class ModelSource:
    """A model by name, or a checkpoint of a training run. Plain data."""

    name: str | None
    """What `load_model` takes; with a checkpoint, what `load_checkpoint` takes as its base."""
    revision: str | None = None
    dtype: str | None = None
    device: str | None = None
    trust_remote_code: bool = False
    checkpoint: Checkpoint | None = None

    def load(self) -> LanguageModel:
        """The model, loaded anew. Raises ModelError."""
        from tools.models.load import load_model
        from tools.models.load_checkpoint import load_checkpoint

        if self.checkpoint is not None:
            return load_checkpoint(
                self.checkpoint,
                base=self.name,
                dtype=self.dtype,
                device=self.device,
                trust_remote_code=self.trust_remote_code,
            )
        return load_model(
            self.name or "",
            revision=self.revision,
            dtype=self.dtype,
            device=self.device,
            trust_remote_code=self.trust_remote_code,
        )


def absolute(name: str) -> str:
    """The same name, as a process with another working directory understands it."""
    path = Path(name).expanduser()
    return str(path.resolve()) if name != EMBEDDED and path.exists() else name


_loaded: dict[ModelSource, LanguageModel] = {}


def loaded(source: ModelSource) -> LanguageModel:
    """The model, kept until another is asked for: leave it as it is. Raises ModelError."""
    if source not in _loaded:
        # Never two at a time: there may be no room for both.
        _loaded.clear()
        gc.collect()
        _loaded[source] = source.load()
    return _loaded[source]


def check_same(name: str, found: str, expected: str) -> None:
    """Raise ModelError where a worker has other weights under a name than whoever gave it the work."""
    if found != expected:
        raise ModelError(
            f"A worker has other weights under the name {name} ({found[:12]}) than this machine ({expected[:12]}).",
            "Bring the same files to all machines, or leave --engine at local.",
        )
