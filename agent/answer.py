"""An answer is what came of one request, gathered from its events: for doors that hand it over whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from agent.events import Asked, CardReady, Event, Failed, Planned, Said, TakenApart, Working
from sessions.drill_down import in_words
from sessions.visible import visible
from tools.errors import UserError
from tools.progress import Report, silent

if TYPE_CHECKING:
    from agent.conversation import Conversation
    from agent.planner.plan import Plan, Step
    from sessions.card import Card


@dataclass(frozen=True)
class Answer:
    """What came of one request. All text may quote the model: untrusted."""

    text: str = ""
    """What was said beside the cards."""
    cards: "tuple[Card, ...]" = ()
    """In the order in which they were made; each is stored already."""
    plan: "Plan | None" = None
    """How the request was understood; None where a step was named instead of asked for in words."""
    question: Asked | None = None
    """What has to be answered first: which reading is meant (`about="meaning"`), or a yes (`about="approval"`)."""
    error: UserError | None = None
    """Why the request could not be met, and what to do about it."""

    @property
    def card(self) -> "Card | None":
        """The last card, if there is one."""
        return self.cards[-1] if self.cards else None

    def as_json(self) -> dict[str, Any]:
        """Plan, text, cards and error as JSON, as `benchwright ask --json` prints them."""
        return {
            "plan": None if self.plan is None else self.plan.model_dump(mode="json"),
            "text": self.text,
            "cards": [card.model_dump(mode="json") for card in self.cards],
            "error": None if self.error is None else in_json(self.error),
        }

    def _repr_html_(self) -> str:
        """How Jupyter shows it: the words, then the cards."""
        told = f'<pre style="white-space: pre-wrap">{escape(visible(self._words()))}</pre>'
        return "\n".join([told, *(card._repr_html_() for card in self.cards)])

    def _repr_markdown_(self) -> str:
        told = visible(self._words()).splitlines()
        quoted = "\n".join(f"    {line}" for line in told)  # indented: nothing in it is read as markup
        return "\n\n".join([quoted, *(card._repr_markdown_() for card in self.cards)])

    def _words(self) -> str:
        asked = self.question.question if self.question is not None else ""
        return "\n".join(part for part in (self.text, asked, str(self.error or "")) if part)


def gather(events: Iterable[Event], report: Report = silent) -> Answer:
    """Read the events of one request to their end; progress goes to `report`."""
    said: list[str] = []
    cards: list[Card] = []
    plan: Plan | None = None
    question: Asked | None = None
    error: UserError | None = None
    for event in events:
        match event:
            case Working(progress):
                report(progress)
            case Planned():
                plan = event.plan
            case Said(text):
                said.append(text)
            case TakenApart(drill_down):
                said.append(in_words(drill_down))
            case CardReady(card):
                cards.append(card)
            case Asked():
                question = event
            case Failed(message, next_step):
                error = UserError(message, next_step)
    return Answer("\n".join(said), tuple(cards), plan, question, error)


def approved(conversation: "Conversation", step: "Step") -> Iterator[Event]:
    """Events of a step whose caller has said yes already."""
    waits = False
    for event in conversation.send(step):
        if isinstance(event, Asked) and event.about == "approval":
            waits = True
        else:
            yield event
    if waits:
        yield from conversation.send("yes")


def in_json(error: UserError) -> dict[str, str]:
    """An error as JSON."""
    return {"message": error.message, "next_step": error.next_step}
