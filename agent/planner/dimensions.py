"""The dimensions that a clause asks for, with what is said of each: method, count, sub-types, topic, difficulty."""

import re

from agent.planner.binding import bind_counts, bind_difficulty, bind_methods, segments_of
from agent.planner.capabilities import (
    DATA,
    PROMPT_WORDS,
    Found,
    mentions,
    methods_in,
    subtypes_in,
    subtypes_of,
    telling_in,
    told_by_subtype,
)
from agent.planner.loose_words import by_slice
from agent.planner.plan import SessionView
from agent.planner.quotes import blank
from agent.planner.slices import asked_about, listed_slices, of_data, with_qualifier
from agent.planner.wish import Wish
from agent.planner.wish_topics import column_in, of_column, topic_after, topic_ahead, topic_before


def wishes(text: str, view: SessionView) -> list[Wish]:
    """The dimensions that `text` asks for. Steps, models and features must be blanked out of it before."""
    methods = _without_answers(text, methods_in(text))
    spoken = blank(text, [f.span for f in methods])
    found = [f for f in mentions(spoken) if not _negated(spoken, f.span)]
    found = [by_slice(spoken, one) for one in _without_subtype_words(spoken, found)]
    found = _outweighed(found, told_by_subtype(spoken)) if found else _sliced(spoken, view)
    found = [*found, *listed_slices(spoken, found, methods)] if found else of_data(spoken, view)
    if not found and view.context == "data_inspection":
        found = _from_uniform(text, methods)
    found.sort(key=lambda one: one.span)
    if any(f.name in DATA for f in found):
        found = [
            f for f in found if f.text.lower() not in ("instructions", "instruction")
        ]  # what is in the data
    asked: list[Wish] = []
    for one in found:
        same = next((w for w in asked if w.capability == one.name), None)
        if same is None:
            asked.append(Wish(one.name, one.span))
    if not asked:
        return []
    _bind_subtypes(spoken, asked, found, view)
    segments = segments_of(spoken, [f.span for f in found])
    bind_counts(spoken, asked, segments)
    bind_methods(text, asked, methods, segments)
    bind_difficulty(spoken, asked, segments)
    _bind_topics(spoken, asked, found, view)
    return asked


_YES_NO = re.compile(r"yes[-/ ]no", re.IGNORECASE)
_UNIFORM = re.compile(
    r"(?<!\w)(?:from|to|against|with|vs\.?) (?:an? |the )?(?:perfectly )?(?:uniform|even|flat|equal)(?!\w)(?: "
    r"(?:distribution|split|one))?",
    re.IGNORECASE,
)


def _without_answers(text: str, methods: list[Found]) -> list[Found]:
    """The methods without `yes/no` where the balance of such answers is asked for."""
    if not any(_YES_NO.fullmatch(one.text) for one in methods):
        return methods
    if not any(one.name == "label_balance" for one in mentions(text)):
        return methods
    return [one for one in methods if not _YES_NO.fullmatch(one.text)]


def _from_uniform(text: str, methods: list[Found]) -> list[Found]:
    """The balance of a column's labels, where only its measure is named (`divergence for the category field`)."""
    named = [one.span for one in methods if one.name == "divergence"]
    named = named or [match.span() for match in _UNIFORM.finditer(text)]
    return [Found("label_balance", span, text[slice(*span)]) for span in named[:1]]


_MEASURES = (
    rf"{PROMPT_WORDS}|bench\w*|test\w*|eval\w*|measur\w*|scor\w*|assess\w*|exams?|check\w*|prob(?:e|es|ing)|quiz\w*|"
    r"perform\w*|rate|rating|skills?|abilit\w+|capab\w+|how (?:good|well|bad|strong)|"
    r"(?:good|bad|decent|strong|weak|better|worse|best|worst|great|terrible) (?:at|with|on|in)|knows?|knowing|"
    r"knowledge|understand\w*|can (?:it|this|the|they)|does (?:it|this|the)|harder|easier|puzzles?"
)
_HINTS = (
    rf"{_MEASURES}|card|suite|how|is (?:it|this)|model|gpt\S*|run|re-?run|again|only|just|what about|"
    r"difficult\w*"
)
_EVIDENCE = re.compile(rf"(?<!\w)(?:{_MEASURES})(?!\w)", re.IGNORECASE)
_HINT = re.compile(rf"(?<!\w)(?:{_HINTS})(?!\w)", re.IGNORECASE)
_EVERYDAY = re.compile(
    r"(?:order|start|end|sort|case|count|list|plus|minus|times|length|products?|strings?|left|right|direct\w*|money)",
    re.IGNORECASE,
)
"""Words for sub-types that mostly are everyday words: without a word that measures they name nothing."""


def _sliced(text: str, view: SessionView) -> list[Found]:
    """Capabilities named only through a sub-type, where something says that one is meant."""
    found = told_by_subtype(text) or with_qualifier(text) or ([] if view.last_card else asked_about(text))
    if view.last_card or _EVIDENCE.search(text):
        return found
    if not _HINT.search(text) and len(text.split()) > 4:
        return []
    return [one for one in found if not _EVERYDAY.fullmatch(one.text)]


def _outweighed(found: list[Found], told: list[Found]) -> list[Found]:
    """`found` where what a longer phrase for a sub-type tells (`country codes`) stands in a shorter word's place."""
    kept = []
    for one in found:
        longer = [t for t in told if t.span[0] <= one.span[0] and one.span[1] <= t.span[1]]
        strictly = [t for t in longer if len(t.text) > len(one.text) and t.name != one.name]
        kept.append(strictly[0] if strictly else one)
    return kept


_LEFT = re.compile(
    r"(?<!\w)(?:leave|leaving|take|taking|keep|keeping|cut|cutting|throw)(?: (?:the|any|all))* $",
    re.IGNORECASE,
)


_SAID_NO = re.compile(r"(?::| -+| =)? ?(?:no|nope|nah|not)(?=[,.;!]|$| (?:and|but)(?!\w))", re.IGNORECASE)
_SAID_YES = re.compile(r"(?<!\w)(?:yes|yep|yeah|sure|please)(?!\w)", re.IGNORECASE)
"""A list that says of each capability whether it is wanted (`refusal yes, maths no`)."""


def _negated(text: str, span: tuple[int, int]) -> bool:
    """Whether the words around `span` leave the capability out (`without refusal`, `leave translation out`)."""
    before = text[: span[0]]
    if _LEFT.search(before) and re.match(
        r" (?:part |stuff |ones )?(?:out|away)(?!\w)", text[span[1] :], re.I
    ):
        return True
    if _SAID_NO.match(text, span[1]) and (text[span[1]] == ":" or _SAID_YES.search(text)):
        return True
    return bool(
        re.search(
            r"(?<!\w)(?:nothing (?:with|about|on|like|from)|except|(?:anything|everything|all) but|without|"
            r"excluding|but not|not|no|skip|leave "
            r"out|minus|other than|apart from|besides|drop|omit|instead of|"
            r"rather than)(?: (?:to|for|the|any|doing))*(?: \w+,? (?:and|or))* "
            r"?$",
            before,
            re.I,
        )
    )


def excluded(text: str) -> list[str]:
    """Capabilities that `text` wants left out."""
    return [f.name for f in mentions(text) if _negated(text, f.span)]


def _without_subtype_words(text: str, found: list[Found]) -> list[Found]:
    """Drop a capability whose words are only a sub-type of a capability named beside it.

    `CoT maths, spatial only` asks for one dimension where cot_math has such a sub-type; `spatial reasoning` is a
    capability in any case, as its words say more than the sub-type's name.
    """
    if len({f.name for f in found}) < 2:
        return found
    kept = []
    for one in found:
        others = [o for o in found if o.name != one.name]
        if any(_inside(one, s) for o in others for s in subtypes_in(text, subtypes_of(o.name))):
            continue  # `product recall summaries`
        of_other = [
            s
            for o in others
            for s in subtypes_in(one.text, subtypes_of(o.name))
            if s.span[0] == 0
            and _PROMPTS_ONLY.fullmatch(one.text, s.span[1])
            and _near(text, one.span, o.span)
        ]
        if not of_other:
            kept.append(one)
    return kept or found


def _inside(one: Found, other: Found) -> bool:
    """Whether `one` is a part of the longer `other`."""
    longer = len(other.text) > len(one.text)
    return longer and other.span[0] <= one.span[0] and one.span[1] <= other.span[1]


_PROMPTS_ONLY = re.compile(rf"(?: {PROMPT_WORDS})?", re.IGNORECASE)
_ONLY = re.compile(rf"(?: {PROMPT_WORDS})? (?:only|alone|exclusively)(?!\w)", re.IGNORECASE)


def _near(text: str, a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether what joins two places of `text` makes the one a slice of the other, not two wishes side by side."""
    between = text[min(a[1], b[1]) : max(a[0], b[0])]
    joined = re.fullmatch(
        r"[ ,(:–—-]*(?:(?:it|the model|them) )?(?:(?:only|just|but only|restricted to|limited to|on|"
        r"about|of|in|with)(?: (?:only|just|the|its|on))* )?",
        between,
        re.I,
    )
    if not joined:
        return False
    narrowing = re.search(
        r"only|just|restricted|limited|slice|part|subset|section|categor",
        between + text[max(a[1], b[1]) :][:9],
        re.I,
    )
    return bool(narrowing or _ONLY.match(text, max(a[1], b[1]))) or not re.search(r"[,–—]| - ", between)


_COUNTED = re.compile(rf"\d+ {PROMPT_WORDS}", re.IGNORECASE)


def _bind_subtypes(text: str, asked: list[Wish], found: list[Found], view: SessionView) -> None:
    own_words = {w.capability: set(w.capability.split("_")) for w in asked}
    for wish in asked:
        others = [f.span for f in found if f.name != wish.capability]
        visible = blank(text, others)
        if wish.capability in DATA:
            if view.columns or view.context == "data_inspection":
                continue  # a column is a data set's slice, see `_bind_topics`
            visible = _COUNTED.sub(lambda match: " " * len(match.group()), visible)
        said = _unless_explained(visible, subtypes_in(visible, subtypes_of(wish.capability)))
        said = said or telling_in(visible, wish.capability)
        if len(asked) == 1 and said and all(_negated(text, one.span) for one in said):
            without = {one.name for one in said}
            wish.subtypes = [name for name in subtypes_of(wish.capability) if name not in without]
            continue
        for one in said:
            words = set(re.findall(r"\w+", one.text.lower()))
            if words & own_words[wish.capability] or one.name in wish.subtypes or _negated(text, one.span):
                continue
            nearest = min(asked, key=lambda w: (_distance(w.span, one.span), w.span[0] > one.span[0]))
            if nearest is wish or one.name not in subtypes_of(nearest.capability):
                wish.subtypes.append(one.name)


_EXPLAINED = re.compile(r"\((?! ?(?:and|plus|also|incl\w*|with|\+|&)(?!\w))[^()]*\)", re.IGNORECASE)


def _unless_explained(text: str, slices: list[Found]) -> list[Found]:
    """The sub-types without those in parentheses that only explain one named before (`rotation (turn left)`)."""
    inside = [match.span() for match in _EXPLAINED.finditer(text)]
    outside = [one for one in slices if not any(a <= one.span[0] < b for a, b in inside)]
    return outside or slices


def _distance(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(0, max(a[0], b[0]) - min(a[1], b[1]))


def _topic_beside(stretch: str, wish: Wish) -> str | None:
    """The topic of a dimension that has sub-types too, where it is said to be one and is none of these."""
    topic = topic_after(stretch, only_said=True)
    return None if topic is None or subtypes_in(topic, subtypes_of(wish.capability)) else topic


def _bind_topics(text: str, asked: list[Wish], found: list[Found], view: SessionView) -> None:
    for wish in asked:
        end = max(f.span[1] for f in found if f.name == wish.capability and f.span[0] >= wish.span[0])
        following = [f.span[0] for f in found if f.span[0] > wish.span[0] and f.name != wish.capability]
        stretch = text[end : min(following, default=len(text))]
        if wish.capability in DATA:
            own = of_column(stretch, view.columns) if len(asked) > 1 else None
            wish.topic = own or column_in(text, view.columns)
            continue
        if wish.subtypes:
            wish.topic = _topic_beside(stretch, wish)
            continue
        said_twice = text[wish.span[1] : end]  # `facts about Formula 1, as trivia`
        wish.topic = (
            topic_after(stretch) or topic_before(text[: wish.span[0]]) or topic_after(said_twice, True)
        )
    if (
        len(asked) == 1
        and asked[0].topic is None
        and not asked[0].subtypes
        and asked[0].capability not in DATA
    ):
        asked[0].topic = topic_ahead(text[: asked[0].span[0]])
