"""Arguments of every intent, as the plans carry them: null or [] for what was not said."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tools.cases import Difficulty


class Arguments(BaseModel):
    """Base of all arguments: unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Dimension(Arguments):
    """One capability to measure. `method`, `n_prompts`, `topic` are null and `subtypes` [] where not said."""

    capability: str
    method: str | None = None
    n_prompts: int | None = None
    subtypes: list[str] = Field(default_factory=list)
    topic: str | None = None
    difficulty: Difficulty | None = None


class RunBenchmark(Arguments):
    """Measure capabilities; no dimensions: the six-capability default card. `model`, `step`: on what, if said.

    `judge`: `llm` only where the user wants refusals judged by the LLM; else the detector decides.
    """

    dimensions: list[Dimension] = Field(default_factory=list)
    model: str | None = None
    step: int | None = None
    judge: Literal["llm"] | None = Field(default=None, exclude_if=lambda judge: judge is None)


class DrillDown(Arguments):
    """Why is the score of the last card what it is.

    `rejected`: instead, which prompts were written for the card and thrown out by the checks.
    """

    capability: str | None = None
    subtypes: list[str] = Field(default_factory=list)
    rejected: bool = Field(default=False, exclude_if=lambda rejected: not rejected)


class Compare(Arguments):
    """Run the last card's suites on other models or steps."""

    models: list[str] = Field(default_factory=list)
    steps: list[int] = Field(default_factory=list)


class RunNamedBenchmark(Arguments):
    """A standardised benchmark by its name, e.g. gsm8k."""

    name: str
    limit: int | None = None


class Nothing(Arguments):
    """No arguments: show_regressions, watch_checkpoints, list_cards, show_context, help, clarify."""


class ScoreFeature(Arguments):
    """Score SAE features; `scores` names some of interp_score, purity, mui (empty: all three)."""

    features: list[int] = Field(default_factory=list)
    scores: list[str] = Field(default_factory=list)


class ListFeatures(Arguments):
    """Many features at once; `reading` keeps those with that reading, e.g. `dead or noise`."""

    features: list[int] = Field(default_factory=list)
    reading: str | None = None
    top: int | None = None


class FilterFeatures(Arguments):
    """Features to exclude from later commands, or to `keep` again; none named: the dead ones, or all."""

    features: list[int] = Field(default_factory=list)
    reading: str | None = None
    keep: bool = False


class EditFact(Arguments):
    """A weight edit: `prompt` has `{}` in the subject's place."""

    subject: str
    prompt: str
    target: str


class LoadEdit(Arguments):
    """An edit in a safetensors file, as `/edit FILE` and `--edit FILE` name it."""

    path: str


class RollbackEdit(Arguments):
    """Take the last edit off the model; `all`: every one."""

    all: bool = False


class RunEditBenchmarks(Arguments):
    """Some of the thirteen edit benchmarks by name (empty: all).

    `path`: the edits of a file, or of `own-facts`, are evaluated instead of the last one; `limit`: its first records.
    """

    benchmarks: list[str] = Field(default_factory=list)
    path: str | None = None
    limit: int | None = None


class LoadModel(Arguments):
    """A hub id, folder, GGUF file, or `embedded`."""

    model: str


class LoadSae(Arguments):
    """A SAELens release, folder, or `demo`."""

    sae: str


class LoadCheckpoint(Arguments):
    """A training step or the path of a checkpoint."""

    step: int | None = None
    path: str | None = None


class LoadDataset(Arguments):
    """A data file, folder or hub name."""

    path: str


class Export(Arguments):
    """Write the last card, its suites or the whole conversation to a file; null path: a name made from it."""

    format: str | None = None
    path: str | None = None
    what: Literal["card", "thread", "suite"] = "card"


class Explain(Arguments):
    """What a measure means and how it is computed."""

    topic: str


INTENTS: dict[str, type[Arguments]] = {
    "run_benchmark": RunBenchmark,
    "drill_down": DrillDown,
    "compare": Compare,
    "run_named_benchmark": RunNamedBenchmark,
    "show_regressions": Nothing,
    "watch_checkpoints": Nothing,
    "score_feature": ScoreFeature,
    "sweep_features": ListFeatures,
    "relabel_feature": ScoreFeature,
    "list_features": ListFeatures,
    "edit_fact": EditFact,
    "run_edit_benchmarks": RunEditBenchmarks,
    "rollback_edit": RollbackEdit,
    "load_model": LoadModel,
    "load_sae": LoadSae,
    "load_checkpoint": LoadCheckpoint,
    "load_dataset": LoadDataset,
    "export": Export,
    "list_cards": Nothing,
    "show_context": Nothing,
    "explain": Explain,
    "help": Nothing,
    "clarify": Nothing,
}


COMMANDS: dict[str, type[Arguments]] = {"load_edit": LoadEdit, "filter_features": FilterFeatures}
"""Steps that only a command or an option stands for, and no planner plans."""


def validated(intent: str, arguments: dict[str, JsonValue]) -> Arguments:
    """Check the arguments of a step. Raises KeyError for an unknown intent, ValidationError for wrong arguments."""
    return (INTENTS | COMMANDS)[intent].model_validate(arguments)
