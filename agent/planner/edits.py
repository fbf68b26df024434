"""Requests to change a fact in the model's weights: the fact, what is missing for it, or neither.

Two questions are answered apart: is an edit asked for here (`edit_cues`), and which fact is it? For the second, the
forms with parts of their own are read first (`edit_forms`), then a statement on every stretch of the text. An edit
is never guessed: the words that ask for it must stand outside quoted text, the sentence must not be a question, a
negation or an order that was found in a document, and subject and target must both be named.
"""

import re
from functools import lru_cache

from agent.planner.clauses import clauses
from agent.planner.edit_answers import answered, completed
from agent.planner.edit_changes import changed, declared, missing, moved, replaced
from agent.planner.edit_contrasts import contrasted, pointed_back
from agent.planner.edit_cues import CHANGE, LEAD, NEGATED, asks, holds_no_fact, is_question, only_wishes
from agent.planner.edit_forms import ASK_FACT, Restored, Unclear, keyed, listed, pointed, rewritten
from agent.planner.edit_wishes import POLITE_INSIDE, plainly_wished, without_occasion
from agent.planner.fact import Fact
from agent.planner.finite import finite
from agent.planner.foreign_edits import foreign_edit
from agent.planner.frames import cores, is_frame, without_asides
from agent.planner.last_edit import corrected_edit
from agent.planner.noun_phrases import can_be_subject, is_named
from agent.planner.plan import SessionView
from agent.planner.quotes import masked as with_marks
from agent.planner.reported import INJECTED
from agent.planner.statements import facts, stated
from agent.planner.wording import corrected

LONGEST = 300
"""Characters in which an edit is asked for; a longer clause is a text, and every stretch of it would be read."""
MOST_WORDS = 60
"""Words of such a clause: the time it takes grows with their square."""
_FORGOTTEN = re.compile(
    r"(?<!\w)(?:forgets?|unlearns?|stops? (?:believing|thinking))(?: the fact)?(?: that)? [^,;]+[,;] "
    r"?(?:and |but |for it |to it |instead |rather )*",
    re.IGNORECASE,
)
_FORGETS = re.compile(
    r"(?<!\w)(?:forgets?|unlearns?|lose|ignore|(?:not|no longer|never) (?:to )?(?:believ|think|say|"
    r"claim|know|answer)\w*|"
    r"stops?(?: \w+){0,3}(?: from)? (?:believing|thinking|saying|claiming))(?!\w)",
    re.IGNORECASE,
)

_CONTRADICTED = re.compile(
    rf"(?:{CHANGE}|replace|set|correct|(?:the )?(?:fact|edit))(?: (?:the )?(?:fact|statement|belief|edit))?(?: that)?"
    r"[: ]+(?P<old>[^,;].+?)[.,;:]+ ?(?:and |but |with |to )?(?:the |a )?(?:new|changed|edited|updated) "
    r"(?:target|answer|value|object|completion)(?: is| should be|:| =|=)+ ?(?P<new>[^,;]+?)[.!]?",
    re.IGNORECASE,
)
"""`overwrite: Mount Everest is located in Nepal. new answer: Chile`: the fact as it is, then its new target."""
_AS_IT_IS = re.compile(
    r"(?:change|alter|modify|fix|correct|replace) (?:the |this |that )(?:fact|belief|statement) that (?P<s>[^,;:]+?)"
    r"(?: please| now)*[.!]?",
    re.IGNORECASE,
)
"""A fact as it is that is to be changed, without what it shall be instead."""
_IN_THE_MODEL = re.compile(
    r"(?<= )(?:in|inside|within) (?:the |this |its |my )?(?:model|weights|network|mlp|memory)(?:'s \w+)"
    r"?,? (?=the |[A-Z⟦])"
)
_COMPLAINT = re.compile(
    r"^(?:\S+ ){0,8}?(?:wrong|not|\w+n't|no|nope|actually|oops|sorry|keep|same|mistake|hm+|failed|bad|"
    r"weak|again|once more|"
    r"meant|wait|typo|my bad|instead|boring|dull|lame|silly|obvious|ugly|forget)(?!\w)",
    re.IGNORECASE,
)
"""What is said of the last edit before it is put right (`it did not hold`, `wrong target!`)."""


def forbids_edits(text: str) -> bool:
    """Whether `text` says that nothing may be edited."""
    return bool(NEGATED.search(with_marks(text)[0]))


def fact_in(text: str, view: SessionView) -> Fact | Unclear | None:
    """The fact that `text` asks to be edited in; Unclear where it asks for an edit but leaves something open."""
    if len(text) > LONGEST or text.count(" ") >= MOST_WORDS:
        return None
    if (correction := corrected_edit(text, view)) and not NEGATED.search(text) and not INJECTED.search(text):
        return correction
    return _fact_of(text)


@lru_cache(maxsize=256)
def _fact_of(text: str) -> Fact | Unclear | None:
    masked, quotes = with_marks(text)

    def restored(words: str) -> str:
        return re.sub(r"⟦(\d+)⟧", lambda m: quotes[int(m.group(1))], words)

    if INJECTED.search(masked) or NEGATED.search(masked) or re.fullmatch(r"\W*⟦\d+⟧\W*", masked):
        return None
    body = re.sub(
        r"^(?:instead of|rather than) [^,]+, ", "", LEAD.sub("", masked, count=1).strip(), flags=re.IGNORECASE
    )
    body = without_occasion(body)
    lead = masked[: len(masked) - len(body)] if masked.endswith(body) else ""
    if is_question(POLITE_INSIDE.sub("", body)):
        return None
    if (foreign := foreign_edit(restored(body))) is not None:
        return foreign
    if (stated_before := pointed_back(body)) is not None:
        body = f"edit: {stated_before}"
    elif (fact := contrasted(body, restored)) is not None:
        return fact
    if (match := _CONTRADICTED.fullmatch(body)) and facts(restored(match["old"])) is not None:
        return rewritten(restored(match["old"]), restored(match["new"]))
    for form in (keyed, pointed):
        if (fact := form(body, restored)) is not None:
            return fact
    body = without_asides(_FORGOTTEN.sub("believe that ", body))
    if _FORGETS.search(body) and asks(body):
        return Unclear(
            "An edit puts one fact in the place of another. What should the model believe instead?"
        )
    ordered = (
        asks(body)
        or re.match(
            r"(?:complete|continue|finish|answer|fill in|end|when(?:ever)?|if|every time|change|replace|set|"
            r"swap|overwrite|make|have)(?!\w)",
            body,
            re.IGNORECASE,
        )
        is not None
    )
    if ordered or re.search(
        r"(?<!\w)(?:should|must|shall|want|like|need|let|ought|has to|needs|becomes?|gets?)(?!\w)",
        masked,
        re.IGNORECASE,
    ):
        for form in (completed, answered, *((listed,) if asks(body) else ())):
            if (fact := form(body, restored)) is not None:
                return fact
    unframed = _IN_THE_MODEL.sub("", body)
    for form in (replaced, changed, moved, declared):
        if (fact := form(unframed, restored)) is not None:
            return fact
    if (old := _AS_IT_IS.fullmatch(body)) and facts(restored(old["s"])) is not None:
        return Unclear(f"And what should be so instead of {restored(old['s'])!r}?")
    if (fact := _stated(body, lead, restored)) is not None:
        return fact
    if (question := missing(body, restored)) is not None:
        return question
    return Unclear(ASK_FACT) if holds_no_fact(body) else None


def _stated(body: str, lead: str, restored: Restored) -> Fact | None:
    """The fact that a stretch of `body` states, where the words around it ask for an edit."""
    for core in [*cores(body), *(core.replace(": ", " ") for core in cores(body) if ": " in core)]:
        after = body[len(core) :] if body.startswith(core) else ""
        for match in re.finditer(r"(?<![^\s(])\S", core):
            stretch = core[match.start() :]
            first = stretch.split()[0]
            if not can_be_subject(first) and first.lower() not in ("the", "a", "an"):
                continue
            fact = _read(stretch, restored)
            if fact is None or not can_be_subject(f"the {fact.target}"):
                continue
            before = core[: match.start()]
            wished = finite(stretch) != stretch
            if asks(f"{lead}{before}", after, wished=wished):
                return fact
            if (
                wished
                and only_wishes(before)
                and before.strip()
                and is_named(fact.subject)
                and (is_named(fact.target) or fact.prompt.startswith("The "))
            ):
                return fact
            if (
                wished
                and not before.strip()
                and not body.endswith("?")
                and plainly_wished(stretch, lead, fact)
            ):
                return fact
    return None


def _read(stretch: str, restored: Restored) -> Fact | None:
    """The fact of a stretch whose quotations are names, or one whole quotation."""
    if "⟦" not in stretch:
        return stated(stretch)
    fact = stated(stretch)
    if fact is not None:
        return Fact(restored(fact.subject), restored(fact.prompt), restored(fact.target))
    opened = restored(stretch)
    return stated(cores(opened)[0]) if not re.search(r"⟦\d+⟧.*⟦\d+⟧", stretch) else stated(opened)


def edit_clauses(text: str, cut: list[str], view: SessionView) -> list[str]:
    """The clauses of `text`, those joined again that only together ask for one edit.

    So an order that names no fact (`Could Ferrari be produced in Norway? Do the weight edit.`), a correction
    (`it did not hold, try Munich instead`), and a fact that was cut (`whenever X is asked, let it say Y`).
    """
    spans: list[tuple[int, int]] = []
    for clause in cut:
        start = text.find(clause, spans[-1][1] if spans else 0)
        if start < 0:
            return cut
        spans.append((start, start + len(clause)))

    def edits(first: int, last: int) -> bool:
        return isinstance(fact_in(text[spans[first][0] : spans[last][1]], view), Fact)

    if len(cut) > 1 and _CONTRADICTED.fullmatch(LEAD.sub("", with_marks(text)[0], count=1).strip()):
        return [text]
    if all(_COMPLAINT.search(clause) for clause in cut[:-1]) and len(cut) > 1 and corrected_edit(text, view):
        return [text]
    alone = [edits(place, place) for place in range(len(cut))]
    joined: list[str] = []
    place = 0
    while place < len(cut):
        last = place
        for end in range(place + 1, min(place + 3, len(cut))):
            if is_contrast(text[spans[place][0] : spans[end][1]]):
                last = end
                break
            if alone[end] or (alone[place] and not is_frame(cut[end])):
                break
            if edits(place, end) and not edits(place + 1, end):
                last = end
                break
        while (
            last + 1 < len(cut)
            and is_frame(cut[last + 1])
            and asks(cut[last + 1])
            and (last > place or alone[place])
        ):
            last += 1
        joined.append(text[spans[place][0] : spans[last][1]])
        place = last + 1
    return joined


def is_contrast(text: str) -> bool:
    """Whether `text` is a fact with an order to change it, and what it shall be instead."""
    if len(text) > LONGEST:
        return False
    masked, quotes = with_marks(text)
    body = LEAD.sub("", masked, count=1).strip()
    return contrasted(body, lambda words: re.sub(r"⟦(\d+)⟧", lambda m: quotes[int(m[1])], words)) is not None


def corrected_around_edits(text: str, view: SessionView) -> str:
    """`text` with misspelt words put right, but not in clauses that state an edit: names are no misspellings."""
    pieces: list[str] = []
    last = 0
    for clause in edit_clauses(text, clauses(text), view):
        start = text.find(clause, last)
        if start >= 0 and isinstance(fact_in(clause, view), Fact):
            pieces += [corrected(text[last:start]), clause]
            last = start + len(clause)
    return "".join([*pieces, corrected(text[last:])])
