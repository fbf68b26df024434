"""The context: what was loaded when a question was asked."""

from typing import Literal

from sessions.saved import Saved

ContextKind = Literal["model_inspection", "training_monitor", "data_inspection"]


class Context(Saved):
    """What a card speaks of. None or () for what was not loaded."""

    kind: ContextKind
    model: str | None = None
    """Hub id, folder or file."""
    weights_hash: str | None = None
    """Hash of the weights that answered, active edits included."""
    step: int | None = None
    """Training step of the current checkpoint."""
    dtype: str | None = None
    """E.g. `float32`."""
    device: str | None = None
    """E.g. `cpu`, `cuda:0`."""
    edits: tuple[str, ...] = ()
    """The active weight edits, each in a line."""
    sae: str | None = None
    feature: int | None = None
    """The SAE feature last looked at."""
    data: str | None = None
    """The data set under inspection."""

    @property
    def state(self) -> str | None:
        """What tells the measured model from others: its weights, else (a remote one's are unknown) its name."""
        return self.weights_hash or self.model
