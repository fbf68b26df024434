"""The training run under inspection: its checkpoints as they are now, and the step that is looked at."""

from pathlib import Path
from typing import TYPE_CHECKING

from agent.settings import Settings
from tools.errors import ModelError
from tools.progress import Report, silent

if TYPE_CHECKING:
    from tools.models.checkpoints import Checkpoint
    from tools.models.language_model import LanguageModel


class TrainingRun:
    """The checkpoints of a folder or a hub model. The folder is read anew each time: training may be going on."""

    def __init__(self, source: str, step: int | None = None) -> None:
        """Take a step, or the last whole one. Raises ModelError where there is no such run or step."""
        self.source = source
        folder = Path(source).expanduser()
        self.name = str(folder.resolve()) if folder.exists() else source
        """Under which cards and runs are kept."""
        self.model_name = Path(self.name).name if folder.exists() else source
        """What its models go by."""
        self._tokenizer: tuple[int, str] | None = None
        self.step = self._whole_step(step)

    def checkpoints(self) -> "list[Checkpoint]":
        """All checkpoints by step, half-written ones included. Raises ModelError."""
        from tools.models.checkpoints import find_checkpoints
        from tools.models.hub_checkpoints import hub_checkpoints

        folder = Path(self.source).expanduser()
        is_local = folder.exists() or self.source.startswith((".", "/", "~")) or self.source.count("/") != 1
        return find_checkpoints(folder) if is_local else hub_checkpoints(self.source)

    def whole(self) -> "list[Checkpoint]":
        """The checkpoints that can be loaded, by step."""
        return [checkpoint for checkpoint in self.checkpoints() if checkpoint.unfinished is None]

    @property
    def steps(self) -> list[int]:
        """The steps that can be loaded."""
        return [checkpoint.step for checkpoint in self.whole()]

    def go_to(self, step: int | None) -> None:
        """Look at another step (None: the last). Raises ModelError, and stays, where there is no such."""
        self.step = self._whole_step(step)

    def load(self, step: int, settings: Settings, report: Report = silent) -> "LanguageModel":
        """The model at a step. Raises ModelError, also where its tokenizer is not that of the steps before."""
        from tools.models.checkpoints import at_step
        from tools.models.load_checkpoint import load_checkpoint, tokenizer_hash

        model = load_checkpoint(
            at_step(self.checkpoints(), step),
            base=settings.model if "model" in settings.model_fields_set else None,
            dtype=settings.dtype,
            device=settings.device,
            trust_remote_code=settings.trust_remote_code,
            report=report,
        )
        self.check_tokenizer(step, tokenizer_hash(model))
        return model

    def check_tokenizer(self, step: int, found: str) -> None:
        """Raise ModelError where the tokenizer at a step, told by its hash, is not that of the steps before."""
        first = self._tokenizer = self._tokenizer or (step, found)
        if found != first[1]:
            raise ModelError(
                f"The tokenizer at step {step} differs from the one at step {first[0]}, so their scores cannot be "
                "compared.",
                "Load this checkpoint by itself as a model, or train with one tokenizer.",
            )

    def _whole_step(self, step: int | None) -> int:
        from tools.models.checkpoints import at_step

        if step is not None:
            return at_step(self.checkpoints(), step).step
        whole = self.whole()
        if not whole:
            raise ModelError(f"No checkpoint of {self.source} is whole yet.", "Wait until one is written.")
        return whole[-1].step
