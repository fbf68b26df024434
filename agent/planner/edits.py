"""Requests to change a fact in the model's weights: the fact, what is missing for it, or neither.

An edit is never guessed: the words that ask for it must stand outside quoted text, the sentence must not be a
question, a negation or an order that was found in a document, and subject and target must both be named.
"""

import re

from agent.planner.edit_forms import ASK_FACT, Restored, Unclear, answered, arrow, changed, made_so, replaced
from agent.planner.edit_wordings import (
    ASKS,
    CHANGE,
    FOREIGN_CHANGE,
    LEAD,
    MENTIONS_EDIT,
    MODEL,
    NEGATED,
    STATED,
)
from agent.planner.foreign_edits import foreign_edit
from agent.planner.languages import language
from agent.planner.names import names
from agent.planner.plan import SessionView
from agent.planner.quotes import masked as with_marks
from agent.planner.reported import INJECTED
from agent.planner.statements import Fact, facts, without_noise


def forbids_edits(text: str) -> bool:
    """Whether `text` says that nothing may be edited."""
    return bool(NEGATED.search(with_marks(text)[0]))


def fact_in(text: str, view: SessionView) -> Fact | Unclear | None:
    """The fact that `text` asks to be edited in; Unclear where it asks for an edit but leaves something open."""
    masked, quotes = with_marks(text)
    body = re.sub(LEAD, "", masked, count=1, flags=re.IGNORECASE).strip()
    if (
        ASKS.match(body)
        or INJECTED.search(masked)
        or NEGATED.search(masked)
        or re.fullmatch(r"\W*⟦\d+⟧\W*", masked)
    ):
        return None

    def restored(words: str) -> str:
        return re.sub(r"⟦(\d+)⟧", lambda m: quotes[int(m.group(1))], words)

    if re.match(
        rf"(?:make|have|let|get|force|teach) {MODEL} (?:to )?(?:forget|unlearn|"
        r"lose|ignore)(?!\w)",
        body,
        re.IGNORECASE,
    ):
        return Unclear(
            "An edit puts one fact in the place of another. What should the model believe instead?"
        )
    same = _same_edit(body, view, restored)
    if same is not None:
        return same
    if (foreign := foreign_edit(restored(body))) is not None:
        return foreign
    if match := FOREIGN_CHANGE.match(body):
        verb = {"de": "ist", "fr": "est", "es": "es", "it": "è", "pt": "é"}[_tongue(match)]
        subject, target = restored(match["s"]).strip(), without_noise(restored(match["t"]))
        article = match["art"][:1].upper() + match["art"][1:]
        return (
            Fact(subject, f"{article}{match['r']} {match['of']}{{}} {verb}", target)
            if subject and target
            else Unclear(ASK_FACT)
        )
    if (fact := answered(body, restored)) is not None:
        return fact
    for attempt in (changed, arrow, _stated, replaced, made_so):
        result = attempt(body, restored)
        if result is not None:
            return result
    if re.fullmatch(r"(?:weight |fact )?edit\W*", body, re.IGNORECASE):
        return Unclear(ASK_FACT)
    if MENTIONS_EDIT.match(re.sub(r"[.!?]+$", "", body)) and re.search(
        r"edit|fact|belief|knowledge|memory|weights", body, re.I
    ):
        return Unclear(ASK_FACT)
    return None


def _tongue_of(body: str) -> str | None:
    """The language of an edit whose fact is a whole sentence after a colon: told by its word for `fact`."""
    named = re.match(
        r"[^\W\d_]+ (?:\w+ )*?(?:(?P<de>fakt|fakten|tatsache)|(?P<fr>fait)|(?P<es>hecho)|(?P<it>fatto)|"
        r"(?P<pt>fato))\b",
        body,
        re.IGNORECASE,
    )
    return named.lastgroup if named else None


def _tongue(match: re.Match[str]) -> str:
    """The language of a changed relation, told by its small words."""
    article, of = match["art"].strip().lower(), match["of"].strip().lower()
    if article in ("der", "die", "das"):
        return "de"
    if of in ("del", "de los", "de las") or (
        article in ("el", "la") and of == "de" and match.group().lower().startswith("cambia")
    ):
        return "es"
    if of in ("da", "do", "dos", "das") or article in ("a", "o"):
        return "pt"
    return "it" if of in ("della", "dell'", "dello", "di") or article == "il" else "fr"


def _same_edit(body: str, view: SessionView, restored: Restored) -> Fact | Unclear | None:
    """The last edit once more with another target: `same edit but with Rome`."""
    match = re.match(
        r"^(?:(?:do|make|try|repeat|run|apply) )?(?:the |that )?same "
        r"(?:edit|fact|one|thing)(?: again)?,? (?:but )?(?:with|to|for|"
        r"using)(?: the)?(?: target)? (?P<t>.+?)(?: (?:instead|as (?:the "
        r")?target))?$|"
        r"^(?:try|use|take|make it|change it to|edit it to|now|set it "
        r"to|change the target to|with) (?P<u>[^ ]+(?: [A-Z][\w-]+)*) "
        r"(?:as (?:the )?(?:new )?target|instead)(?: for (?:that|the) "
        r"edit)?$|"
        r"^(?:change|set|switch|update|make|edit|alter) (?:the |its |that |that edit's |the edit's )?(?:new )?"
        r"(?:target|object)(?: of (?:the|that|this|my) (?:last )?edit)? (?:to be|to|into|be) (?P<w>.+?)"
        r"(?: instead)?$",
        body,
        re.IGNORECASE,
    )
    if not match:
        return None
    edit = view.last_edit
    if edit is None or not edit.subject or not edit.prompt:
        return Unclear(ASK_FACT) if "edit" in body.lower() else None
    target = without_noise(restored(match["t"] or match["u"] or match["w"]))
    return Fact(edit.subject, edit.prompt, target)


def _stated(body: str, restored: Restored) -> Fact | Unclear | None:
    for pattern in STATED:
        if match := pattern.search(body):
            sentence = restored(match["s"])
            if any(name.text == sentence.strip(" .!?") for name in names(sentence)):
                return None  # `change the model to gpt2-xl`
            sentence = re.sub(
                r"^(?:it|the model) (?:thinks|believes|says|claims|knows|states|answers)(?: that)? ",
                "",
                sentence,
                flags=re.I,
            )
            pointed = arrow(sentence, lambda words: words)
            found = (
                pointed
                if isinstance(pointed, Fact)
                else _make_less(sentence) or facts(sentence, language(body) or _tongue_of(body))
            )
            if found:
                return found
            if re.search(
                rf"^(?:{CHANGE}) |(?:fact|edit|belie|think|teach|convince|persuade|dass|que|che)",
                match.group()[:90],
                re.I,
            ):
                return Unclear(f"I cannot tell the fact from that. {ASK_FACT}")
    return None


def _make_less(sentence: str) -> Fact | None:
    """A fact after `so that`/`to` that itself is put as an order: `make Rome the capital of France`."""
    made = made_so(sentence, lambda words: words)
    return made if isinstance(made, Fact) else None
