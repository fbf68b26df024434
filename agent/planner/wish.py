"""One dimension that is asked for."""

from dataclasses import dataclass, field

from pydantic import JsonValue


@dataclass
class Wish:
    """One dimension that is asked for, with the place of the words that name it."""

    capability: str
    span: tuple[int, int]
    method: str | None = None
    n_prompts: int | None = None
    subtypes: list[str] = field(default_factory=list)
    topic: str | None = None
    difficulty: str | None = None
    likely: float | None = None
    """How likely it is, where the clause means the capability without naming it."""

    def arguments(self) -> dict[str, JsonValue]:
        """The dimension as a plan carries it; a difficulty only where one was said."""
        said: dict[str, JsonValue] = {
            "capability": self.capability,
            "method": self.method,
            "n_prompts": self.n_prompts,
            "subtypes": [*self.subtypes],
            "topic": self.topic,
        }
        return said | ({"difficulty": self.difficulty} if self.difficulty else {})
