"""Requests to change a fact in the model's weights: the fact, what is missing for it, or neither.

An edit is never guessed: the words that ask for it must stand outside quoted text, the sentence must not be a
question, a negation or an order that was found in a document, and subject and target must both be named.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.planner.edit_wordings import (
    ANSWERS,
    ARROW,
    ASKS,
    CHANGE,
    CHANGED,
    FACT_TO,
    FILLED,
    FOREIGN_CHANGE,
    GIVEN,
    INJECTED,
    LEAD,
    MAKE_R,
    MAKE_V,
    MENTIONS_EDIT,
    MOVED,
    NEGATED,
    ORDERS,
    OTHER_OBJECTS,
    REPLACED,
    STATED,
    WHAT,
    WHERE,
)
from agent.planner.languages import language
from agent.planner.plan import SessionView
from agent.planner.quotes import quoted_spans
from agent.planner.statements import Fact, cloze, facts, located, related, without_noise


@dataclass(frozen=True)
class Unclear:
    """An edit is asked for, but something is missing; `question` asks for it."""

    question: str


Restored = Callable[[str], str]
"""Puts quoted strings back in the place of their marks."""


_CONJUGATED = {
    "be": "is",
    "play": "plays",
    "speak": "speaks",
    "work": "works",
    "live": "lives",
    "come": "comes",
    "belong": "belongs",
    "die": "died",
    "use": "uses",
    "stand": "stands",
    "sit": "sits",
    "lie": "lies",
}

_ASK_FACT = "Which fact should change? Say it like: make the model think the Eiffel Tower is in Berlin."


def injected(text: str) -> bool:
    """Whether `text` carries orders that were found elsewhere (`ignore all previous instructions`)."""
    return bool(INJECTED.search(_masked(text)[0]))


def forbids_edits(text: str) -> bool:
    """Whether `text` says that nothing may be edited."""
    return bool(NEGATED.search(_masked(text)[0]))


def fact_in(text: str, view: SessionView) -> Fact | Unclear | None:
    """The fact that `text` asks to be edited in; Unclear where it asks for an edit but leaves something open."""
    masked, quotes = _masked(text)
    body = re.sub(LEAD, "", masked, count=1, flags=re.IGNORECASE).strip()
    if (
        ASKS.match(body)
        or INJECTED.search(masked)
        or NEGATED.search(masked)
        or re.fullmatch(r"\W*⟦\d+⟧\W*", masked)
    ):
        return None
    spoken = language(text)

    def restored(words: str) -> str:
        return re.sub(r"⟦(\d+)⟧", lambda m: quotes[int(m.group(1))], words)

    same = _same_edit(body, view, restored)
    if same is not None:
        return same
    if match := FOREIGN_CHANGE.match(body):
        verb = {"de": "ist", "fr": "est", "es": "es", "it": "è", "pt": "é"}[_tongue(match)]
        subject, target = restored(match["s"]).strip(), without_noise(restored(match["t"]))
        article = match["art"][:1].upper() + match["art"][1:]
        return (
            Fact(subject, f"{article}{match['r']} {match['of']}{{}} {verb}", target)
            if subject and target
            else Unclear(_ASK_FACT)
        )
    if (answered := _answered(body, restored)) is not None:
        return answered
    for attempt in (_changed, _arrow, _stated, _replaced, _made):
        result = attempt(body, restored, spoken)
        if result is not None:
            return result
    if re.fullmatch(r"(?:weight |fact )?edit\W*", body, re.IGNORECASE):
        return Unclear(_ASK_FACT)
    if MENTIONS_EDIT.match(re.sub(r"[.!?]+$", "", body)) and re.search(
        r"edit|fact|belief|knowledge|memory|weights", body, re.I
    ):
        return Unclear(_ASK_FACT)
    return None


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


def _masked(text: str) -> tuple[str, list[str]]:
    """`text` with each quoted string replaced by a mark, and the strings."""
    quotes: list[str] = []
    pieces: list[str] = []
    last = 0
    for start, end in quoted_spans(text):
        pieces += [text[last:start], f"⟦{len(quotes)}⟧"]
        quotes.append(text[start + 1 : end - 1].strip())
        last = end
    return "".join(pieces) + text[last:], quotes


def _answered(body: str, restored: Restored) -> Fact | Unclear | None:
    """An answer with what it is to answer: `answer Berlin when asked where the Eiffel Tower is`."""
    if match := FILLED.search(body):
        return _triple(*(restored(match[group]).strip() for group in "srt"))
    match = next((m for expression in ANSWERS if (m := expression.search(body))), None)
    if not match or not re.match(
        rf"(?:{CHANGE}|make|have|get|teach|train|force|let|want|need|the|it)(?!\w)", body, re.IGNORECASE
    ):
        return None
    prompt, target = restored(match["p"]).strip(" ?."), restored(match["t"])
    if made := cloze(prompt, target):
        return made
    if place := re.match(
        r"^where (?:is )?(?P<s>.+?)(?: is| stands| lies)?(?: located| situated)?$", prompt, re.IGNORECASE
    ):
        return located(place["s"], target)
    if asked := re.match(
        r"^(?:what|who)(?: is| was)? (?:the )?(?P<r>[\w -]+?) of (?P<s>.+?)(?: "
        r"is| was)?$|^(?:for )?the (?P<q>[\w -]+?) of (?P<u>.+)$",
        prompt,
        re.IGNORECASE,
    ):
        return related(asked["r"] or asked["q"], asked["s"] or asked["u"], target)
    return None


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
        r"edit)?$",
        body,
        re.IGNORECASE,
    )
    if not match:
        return None
    edit = view.last_edit
    if edit is None or not edit.subject or not edit.prompt:
        return Unclear(_ASK_FACT) if "edit" in body.lower() else None
    target = without_noise(restored(match["t"] or match["u"]))
    return Fact(edit.subject, edit.prompt, target)


def _stated(body: str, restored: Restored, spoken: str | None) -> Fact | Unclear | None:
    for pattern in STATED:
        if match := pattern.search(body):
            sentence = restored(match["s"])
            sentence = re.sub(
                r"^(?:it|the model) (?:thinks|believes|says|claims|knows|states|answers)(?: that)? ",
                "",
                sentence,
                flags=re.I,
            )
            arrow = _arrow(sentence, lambda words: words, spoken)
            found = arrow if isinstance(arrow, Fact) else _make_less(sentence) or facts(sentence, spoken)
            if found:
                return found
            if re.search(
                rf"^(?:{CHANGE}) |(?:fact|edit|belie|think|teach|convince|persuade|dass|que|che)",
                match.group()[:90],
                re.I,
            ):
                return Unclear(f"I cannot tell the fact from that. {_ASK_FACT}")
    return None


def _make_less(sentence: str) -> Fact | None:
    """A fact after `so that`/`to` that itself is put as an order: `make Rome the capital of France`."""
    made = _made(sentence, lambda words: words, None)
    return made if isinstance(made, Fact) else None


def _changed(body: str, restored: Restored, spoken: str | None) -> Fact | Unclear | None:
    if match := GIVEN.match(body):
        if not OTHER_OBJECTS.match(match["r"]) and not re.match(
            r"(?:feature|f\d|#|latent|it|me)(?!\w)", match["s"], re.I
        ):
            return related(match["r"], restored(match["s"]), restored(match["t"])) or Unclear(_ASK_FACT)
    if match := WHERE.search(body):
        subject, target = restored(match["s"]), restored(match["t"])
        if match["v"] and match["v"].lower() == "born":
            return facts(f"{subject} was born in {target}") or Unclear(_ASK_FACT)
        return located(subject, target) or Unclear(_ASK_FACT)
    if match := WHAT.search(body):
        return facts(f"{restored(match['s'])} {match['v']} {restored(match['t'])}") or Unclear(_ASK_FACT)
    for pattern in CHANGED:
        match = pattern.match(body)
        if (
            match
            and not OTHER_OBJECTS.match(match["r"])
            and not re.match(r"(?:the )?(?:fact|belief|statement|claim)\b", match["r"], re.I)
        ):
            subject = restored(match["s"])
            if re.match(r"(?:this|that|the) (?:model|card|chart|report|export|sae|run)\b", subject, re.I):
                return None
            return related(restored(match["r"]), subject, restored(match["t"])) or Unclear(
                f"What should the {match['r'].strip()} of {subject} be?"
            )
    incomplete = re.match(
        rf"(?:{CHANGE}|switch|swap) (?:the )?(?P<r>capital|currency|ceo|"
        r"president|author|location|birthplace|mother tongue|native language|"
        r"official language|king|founder|headquarters|nationality|profession|"
        r"sport) of (?P<s>[^,]+?)[.!]?$",
        body,
        re.IGNORECASE,
    )
    if incomplete:
        return Unclear(f"What should the {incomplete['r']} of {restored(incomplete['s'])} be?")
    if re.match(
        rf"(?:{CHANGE}|switch) (?:the |a )?(?:capital|currency|ceo|president|"
        r"author|location|birthplace|mother tongue|(?:native |official "
        r")?language|king|founder|headquarters|nationality|profession|"
        r"sport)[.!]?$",
        body,
        re.IGNORECASE,
    ):
        return Unclear(_ASK_FACT)
    if (match := FACT_TO.match(body)) and (
        re.match(r"⟦\d+⟧", match["l"])
        or re.search(r"(?:the (?:fact|belief|statement|claim)|that) ", body[:60])
    ):
        return _rewritten(restored(match["l"]), restored(match["t"]))
    return None


def _rewritten(old: str, new: str) -> Fact | Unclear:
    """A fact whose old wording is given whole and whose new one may be only the new target."""
    whole = facts(new)
    was = facts(old)
    if whole and len(new.split()) > 2 and (was is None or was.subject.lower() in new.lower()):
        return whole
    if was:
        target = re.sub(
            rf"^(?:in|at|by|{re.escape(was.prompt.split()[-1])}) ", "", without_noise(new), flags=re.I
        )
        changed = cloze(was.prompt.replace("{}", was.subject), target)
        if changed and changed.subject == was.subject:
            return changed
        return Fact(was.subject, was.prompt, target) if target else Unclear(_ASK_FACT)
    return cloze(old, new) or Unclear(_ASK_FACT)


def _arrow(body: str, restored: Restored, spoken: str | None) -> Fact | Unclear | None:
    """`The Eiffel Tower is located in -> Berlin`, `capital of France -> Rome`, `France | capital | Rome`."""
    if triple := re.match(
        r"^(?:edit|fact|rome|set|change)?:? ?(?P<s>[^|]+?) ?\| ?(?P<r>[^|]+?) ?\| ?(?P<t>[^|]+)$", body
    ):
        return _triple(restored(triple["s"]), restored(triple["r"]), restored(triple["t"]))
    match = ARROW.match(body)
    if not match or ("=" in match.group().replace("=>", "") and not ORDERS.match(body)):
        return None  # `n=12` sets a number of prompts
    left = re.sub(
        rf"^(?:{CHANGE}|set|fact|rome|make)(?: (?:the )?(?:fact|model|weights|knowledge))?[: ]+",
        "",
        restored(match["l"]).strip(),
        flags=re.I,
    ).strip(" \"'")
    target = restored(match["t"]).strip(" \"'")
    if both := facts(left):
        return Fact(both.subject, both.prompt, target) if target else None
    of = re.match(r"^(?:the )?(?P<r>[\w -]+?) of (?P<s>.+?)(?: is)?(?:: ?(?P<a>.+))?$", left, re.I)
    if of and not re.search(r"(?<!\w)(?:is|was|are|plays|speaks)(?!\w)", of["r"], re.I):
        return related(of["r"], of["s"], target)
    if owned := re.match(r"^(?P<s>.+?)(?:'s|s') (?P<r>[\w -]+?)(?: is)?(?:: ?(?P<a>.+))?$", left, re.I):
        return related(owned["r"], owned["s"], target)
    if made := cloze(left, target):
        return made
    listed = re.match(r"^(?P<s>.+?) ?[,:/|] ?(?P<r>[a-z][\w ]+)(?:: ?.+)?$", left) or re.match(
        r"^(?P<s>.+?) (?P<r>capital|currency|location|president|ceo|author|"
        r"birthplace|language|sport|nationality|mother tongue|headquarters)(?:: "
        r"?.+)?$",
        left,
        re.I,
    )
    if listed and not re.match(r"(?:step|checkpoint|feature)", left, re.I):
        return _triple(listed["s"], listed["r"], target)
    named = re.search(r"[A-Z][a-z]", left) or re.match(r"(?:edit|change|fact)", body, re.I)
    return Unclear(_ASK_FACT) if named and not re.search(r"\d", body) else None


def _triple(subject: str, relation: str, target: str) -> Fact | Unclear:
    if verb := re.match(
        r"(?:is|was|plays|speaks|works|lives|died|born|located|situated)(?: .+)?$", relation.strip(), re.I
    ):
        phrase = verb.group()
        phrase = (
            f"is {phrase}"
            if re.match(r"located|situated", phrase, re.I)
            else f"was {phrase}"
            if phrase.lower().startswith("born")
            else phrase
        )
        phrase = phrase if re.search(r" (?:in|of|for|by|at)$|^plays|^speaks", phrase) else f"{phrase} in"
        return facts(f"{subject} {phrase} {target}") or Unclear(_ASK_FACT)
    relation = re.sub(r" of$", "", relation.strip())
    return related(relation, subject, target) or Unclear(_ASK_FACT)


def _replaced(body: str, restored: Restored, spoken: str | None) -> Fact | Unclear | None:
    match = REPLACED.match(body)
    if not match:
        return None
    place, target, old = restored(match["rs"]), restored(match["t"]), without_noise(restored(match["a"]))
    place = without_noise(
        re.sub(
            r"^(?:(?:the )?(?:fact|statement|sentence|belief)(?: that)?|the)[: "
            r"]+(?=.* (?:is|was|are|by|in|plays|speaks) )",
            "",
            place,
            flags=re.I,
        )
    )
    if re.search(r"(?<!\w)(?:is|was|are|plays|speaks|by|in)(?!\w)", place, re.I) and re.search(
        rf"(?<!\w){re.escape(old)}(?!\w)", place, re.I
    ):
        return _rewritten(place, target)
    of = re.match(r"^(?:the )?(?P<r>[\w -]+?) of (?P<s>.+)$", place, re.I)
    if of and not OTHER_OBJECTS.match(of["r"]) and not re.search(r"\b(?:is|was|are)\b", of["r"]):
        return related(of["r"], of["s"], target) or Unclear(_ASK_FACT)
    if owned := re.match(r"^(?P<s>.+?)(?:'s|s') (?P<r>[\w -]+)$", place, re.I):
        return related(owned["r"], owned["s"], target) or Unclear(_ASK_FACT)
    if old.lower() in place.lower():
        return _rewritten(place, target)
    if re.search(r"(?<!\w)(?:is|was|are|in|by|of|speaks|plays)$", place, re.I):
        return cloze(place, target) or Unclear(_ASK_FACT)
    return None


def _made(body: str, restored: Restored, spoken: str | None) -> Fact | Unclear | None:
    if (match := MAKE_R.match(body)) and not OTHER_OBJECTS.match(match["r"]):
        if re.fullmatch(
            r"(?:a |an )?(?:copy|list|table|report|chart|png|summary|plot|"
            r"suite|set|test|benchmark|card|note|bunch|number|couple|lot|"
            r"\d+.*|some|more)(?: .*)?",
            match["t"] + " " + match["r"],
            re.I,
        ):
            return None
        if not re.search(
            r"(?<!\w)(?:be|play|speak|work|live)$", f"{match['t']} {match['r'].split()[0]}", re.I
        ):
            found = related(match["r"], restored(match["s"]), restored(match["t"]))
            return found if found and (restored(match["t"])[:1].isupper() or _is_role(match["r"])) else None
    if match := MAKE_V.match(body):
        verb = _CONJUGATED[match["v"].lower()]
        return facts(f"{restored(match['s'])} {verb}{match['p'] or ''} {restored(match['t'])}") or Unclear(
            _ASK_FACT
        )
    if match := MOVED.match(body):
        if OTHER_OBJECTS.search(match["s"]):
            return None
        return located(restored(match["s"]), restored(match["t"])) or Unclear(_ASK_FACT)
    return None


def _is_role(words: str) -> bool:
    return bool(
        re.search(
            r"capital|currency|ceo|president|king|queen|author|founder|language|"
            r"minister|inventor|home|owner|leader|creator|director",
            words,
            re.I,
        )
    )
