"""What a planner is given (a request, what it knows of the session) and what it returns (a plan)."""

from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from sessions.context import ContextKind


class View(BaseModel):
    """Base of what the planner sees. A null stands for what is not there; keys that it does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _nulls_are_left_out(cls, given: Any) -> Any:
        if isinstance(given, dict):
            return {key: value for key, value in given.items() if value is not None}
        return given


class CardDimension(View):
    """One dimension of the last card."""

    capability: str
    method: str | None = None
    n_prompts: int | None = None
    subtypes: list[str] = Field(default_factory=list)
    score: float | None = None


class LastCard(View):
    """The card that a follow-up most likely refers to."""

    id: str | None = None
    dimensions: list[CardDimension] = Field(default_factory=list)


class LastEdit(View):
    """The edit that "that edit" refers to."""

    subject: str | None = None
    prompt: str | None = None
    target: str | None = None


class SessionView(View):
    """What the planner knows of a session (the context file of `benchwright plan`)."""

    context: ContextKind | None = None
    model: str | None = None
    step: int | None = None
    steps: list[int] = Field(default_factory=list)
    columns: list[str] = Field(default_factory=list)
    last_card: LastCard | None = None
    last_feature: int | None = None
    last_edit: LastEdit | None = None


class Step(BaseModel):
    """One thing to do: an intent of `agent.toolbox` with its arguments as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intent: str
    arguments: dict[str, JsonValue] = Field(default_factory=dict)


class Plan(Step):
    """What to do about a request: a first step, the further ones in `then`, or a question where it is unclear."""

    confidence: float = Field(ge=0.0, le=1.0)
    planner: str
    question: str | None = None
    """One short question with choices, where the intent is `clarify`."""
    note: str | None = Field(default=None, exclude=True)
    """Something to tell the user about how the plan came about."""
    then: list[Step] = Field(default_factory=list)

    @property
    def steps(self) -> list[Step]:
        """All steps in order."""
        return [Step(intent=self.intent, arguments=self.arguments), *self.then]


class Planner(Protocol):
    """Turns a request into a plan; never runs anything and never guesses an edit."""

    name: str

    def plan(self, request: str, view: SessionView) -> Plan:
        """The plan for one request, given what is known of the session."""
        ...
