"""Contrast sentences: some that a feature's label implies, and as many that it does not."""

from pydantic import Field, JsonValue

from tools.results import Result


class ContrastSentences(Result):
    """Two sets of sentences for one label, with everything needed to make them again."""

    label: str
    positive: tuple[str, ...]
    """Sentences that the label implies."""
    negative: tuple[str, ...]
    """Sentences that it does not."""
    writer: str
    """Who wrote them: `templates`, or a model's name."""
    instructions: str
    """Name and version of the instructions or templates, e.g. `contrast/1`."""
    seed: int
    hard_negatives: bool
    """Whether negatives were chosen to be like the positives in length and meaning."""
    made_by_templates: tuple[int, int] = (0, 0)
    """How many of each set came from templates because the writer's own did not pass the filters."""
    rejected: dict[str, int] = Field(default_factory=dict)
    """Candidates that were left out before use, by reason."""
    notes: tuple[str, ...] = ()
    """What a reader must know before believing a score on these sentences."""
    details: dict[str, JsonValue] = Field(default_factory=dict)
