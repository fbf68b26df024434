"""Capabilities in a request with everything said about each: method, count, sub-types, topic, difficulty."""

import re
from dataclasses import dataclass, field, replace
from functools import cache

from agent.planner.catalogue import pattern, patterns, table
from agent.planner.plan import SessionView
from agent.planner.quotes import blank
from prompts.capabilities import CONTRACT
from tools import registry

PACKAGE = "prompts.capabilities"
DATA = ("data_diversity", "label_balance")
"""Capabilities of a data set, not of a model."""
_SEPARATORS = re.compile(
    r"[,;:+]|(?<!\w)(?:and|&|plus|as well as|also|then|along with)(?!\w)| / ", re.IGNORECASE
)
_PROMPTS = r"(?:prompts?|questions?|examples?|cases?|items?|problems?|samples?|tasks?|exercises?|queries|tests?|trials?|ones|sentences|documents|functions|rows|shots?(?! )|of (?:them|these|those|each))"
_COUNT = re.compile(
    r"(?<![\w.@/#=<>+*-])(?:x ?|n ?= ?|n ?: ?|× ?)?(\d+)(?:x(?!\w))?(?![\w%@]|\.\d|[-/](?!prompt|question|example|case|item|problem|sample)\w| ?(?:%|percent|-?(?:digit|step|hop|shot|bit|nd|rd|th)(?!\w)|capabilit|benchmarks?|models?|checkpoints|features|times|minutes|seconds|hours|cores|gpus?|layers?))"
)
_NOT_COUNTS = re.compile(
    r"(?<!\w)(?:seed|layer|temperature|top|version|v|threshold|gpu|rank|epoch|below|above|(?:under|over)(?! \d+ (?:\w+ )?(?:prompts?|questions?|examples?|cases?|items?|problems?|samples?))|score(?:d|s)? (?:of|only)?|at least|\+|than|got)[ =:]*\d+(?:\.\d+)?%?|"
    r"\d+ ?[+*x/×] ?\d+|top[- ]\d+|\d+(?:st|nd|rd|th)(?!\w)",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"(?<!\w)(?:each|apiece|per (?:capability|dimension|topic|skill|category|one|task)|every one|for (?:both|all)|a ?piece|respectively each|of each)(?!\w)",
    re.I,
)
_TOTAL = re.compile(
    r"(?<!\w)(?:in (?:total|all|sum)|total|overall|altogether|combined|together|split|shared|divided)(?!\w)",
    re.I,
)
_DIFFICULTY = {
    "easy": r"(?:very |really )?(?:easy|easier|easiest|simple ones|simpler|beginner|trivial)(?: (?:ones|level|difficulty|mode))?",
    "medium": r"(?:medium|moderate|intermediate)(?:[- ](?:difficulty|level|hard|ones))?(?! results?| steps?)",
    "hard": r"(?:very |really )?(?:hard|harder|hardest|difficult|tough|tougher|toughest|challenging|tricky|trickier)(?: (?:ones|level|difficulty|mode))?",
}
_TOPIC = re.compile(
    r"(?<!\w)(?:about|regarding|concerning|involving|themed around|around|focus(?:s?ed|ing)? on|related to|having to do with|dealing with|centred on|centered on|on the (?:topic|subject) of|with (?:a )?(?:topic|theme)(?: of)?:?|topic:?|on|in|of|from|for|set in)"
    r" (.+)$",
    re.IGNORECASE,
)
_STRONG_TOPIC = re.compile(
    r"about|regarding|concerning|involving|around|focus|related|dealing|centre|center|topic|theme|set in",
    re.I,
)
_TOPIC_STOP = re.compile(
    r"[,;.?!]|(?<!\w)(?:with|using|by|via|for (?:step|checkpoint)|on (?:step|checkpoint|this|the (?:model|current|loaded|whole))|at (?:step|checkpoint)|please|now|only|each|in total|scored|and|then|instead|again|\d+ prompts?|%s)(?!\w)|(?<!\w)\d+ "
    % _PROMPTS,
    re.IGNORECASE,
)
_NO_TOPIC = re.compile(
    r"(?:(?:just|only|now|again|then|also|this|that|the|my|our|a|an|its|their|it|them|these|those|which|what|all|any|each|both|me|us|current|loaded|new|whole|same|latest|last|first|next|general|particular|detail|best|main|here|now|general|short|course|total|sum|default|full|standard|"
    r"model|checkpoint|ckpt|data ?set|data|card|suite|time|thing|one|ones|step|run|network|lm|llm|net|context|sae|prompts?|questions?|examples?|cases?|problems?|tasks?|tests?|items?|gpu|cpu|cuda|labels?|column|texts?|classes|class|average|capabilit(?:y|ies)|skills?|everything|things|stuff|easy|hard|medium|difficulty|mode|level|"
    r"english|thread|session|comparison|particular|guy|baby|bad boy|beast|edited|base|fine-?tuned|unedited|trained|training|set|python|words|language|reply|way|general|detail|row|order|terms?|terms of|you|your|we|he|she|they|i|well|good|is|are|does|do|s|how|"
    r"math|maths|reasoning|code|functions?|requests?|instructions?|documents?|sentences?|articles?|puzzles?|them|kind|sort|type|batch|couple|bit|lot|few|some|more|other|others|those)(?: |$))+",
    re.IGNORECASE,
)
_DOMAINS = re.compile(
    r"(?<!\w)(?:medical|medicine|clinical|legal|law|history|historical|biology|chemistry|physics|science|scientific|geography|finance|financial|economics|sports?|football|music|movies?|films?|cooking|literature|art|astronomy|politics|religion|philosophy|psychology|engineering|business|news|ancient|roman|greek|european|american|african|asian|french|german|chinese|japanese|indian|sql|javascript|rust|java|geometry|calculus|probability|statistics|number theory|trigonometry|train schedules?|shopping|banking|weather|travel|animals?|food|space)(?: (?:themed|related))?(?= (?:\w+ )?$)",
    re.IGNORECASE,
)


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

    def arguments(self) -> dict[str, object]:
        """The dimension as a plan carries it; a difficulty only where one was said."""
        said: dict[str, object] = {
            "capability": self.capability,
            "method": self.method,
            "n_prompts": self.n_prompts,
            "subtypes": list(self.subtypes),
            "topic": self.topic,
        }
        return said | ({"difficulty": self.difficulty} if self.difficulty else {})


@dataclass(frozen=True)
class Found:
    """A name of the catalogue found at a place of the text."""

    name: str
    span: tuple[int, int]
    text: str


@cache
def known() -> tuple[str, ...]:
    """Every capability: those of the catalogue and any further module of the registry."""
    spoken = [name for name in table("capabilities") if name != "subtypes"]
    return tuple(spoken) + tuple(name for name in registry.names(PACKAGE) if name not in spoken)


@cache
def subtypes_of(capability: str) -> tuple[str, ...]:
    """The sub-types that the capability's module declares; () while there is no such module."""
    if capability not in registry.names(PACKAGE):
        return ()
    return tuple(registry.load(PACKAGE, capability, CONTRACT).module.SUBTYPES)


@cache
def default_method(capability: str) -> str | None:
    """The capability's own scoring method."""
    if capability not in registry.names(PACKAGE):
        return None
    return str(registry.load(PACKAGE, capability, CONTRACT).module.SCORING)


def longest(found: list[Found]) -> list[Found]:
    """The longest of overlapping finds, in order of their place; of equals, the earlier listed."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: f.span[0] - f.span[1]):
        if all(one.span[1] <= k.span[0] or k.span[1] <= one.span[0] for k in kept):
            kept.append(one)
    return sorted(kept, key=lambda f: f.span)


def matches(text: str, section: dict[str, list[re.Pattern[str]]]) -> list[Found]:
    """The names of `section` whose words stand in `text`, longest first where they overlap."""
    return longest(
        [
            Found(name, m.span(), m.group())
            for name, expressions in section.items()
            for expression in expressions
            for m in expression.finditer(text)
            if m.group()
        ]
    )


@cache
def _capability_patterns() -> dict[str, list[re.Pattern[str]]]:
    spoken = {name: table("capabilities").get(name, {}).get("patterns", []) for name in known()}
    return {
        name: [pattern((one,)) for one in (*expressions, re.sub("_", "[-_ ]?", name))]
        for name, expressions in spoken.items()
    }


def mentions(text: str) -> list[Found]:
    """The capabilities that `text` names."""
    return matches(text, _capability_patterns())


@cache
def _subtype_pattern(name: str) -> re.Pattern[str]:
    """Words for a sub-type: its own name with blanks, singular or plural, and the catalogue's synonyms."""
    words = [word for word in name.lower().split("_") if word not in ("and", "of", "the", "to")]
    spelt = r"[-_ ]?(?:(?:and|of|the|to|&) )?".join(_inflected(word) for word in words)
    alternatives = [spelt]
    for spoken, parts in table("capabilities")["subtypes"].items():
        if any(word.startswith(part) for word in words for part in parts):
            alternatives.append(spoken)
    if len(words) > 1 and len(words[0]) > 4 and words[0] not in _WEAK:
        alternatives.append(_inflected(words[0]))
    return pattern(tuple(alternatives))


_WEAK = frozenset("simple basic short single multi long general common mixed other plain".split())


def _inflected(word: str) -> str:
    stem = re.escape(re.sub(r"(?:ies|y|es|s|ing|e)$", "", word)) if len(word) > 4 else re.escape(word)
    return rf"{stem}(?:ies|y|es|s|ing|e|ed|al)?"


def subtypes_in(text: str, names: list[str] | tuple[str, ...]) -> list[Found]:
    """Those of the sub-types `names` that `text` speaks of."""
    return matches(text, {name: [_subtype_pattern(name)] for name in names})


def methods_in(text: str) -> list[Found]:
    """The scoring methods that `text` names."""
    return matches(text, patterns("measures", "methods"))


def difficulty_in(text: str) -> str | None:
    """The difficulty that is asked for."""
    for name, words in _DIFFICULTY.items():
        if re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE):
            return name
    return None


def counts_in(text: str) -> list[tuple[int, tuple[int, int]]]:
    """Numbers that can be numbers of prompts, with their places."""
    text = blank(text, [m.span() for m in _NOT_COUNTS.finditer(text)])
    return [(int(m.group(1)), m.span()) for m in _COUNT.finditer(text)]


def wishes(text: str, view: SessionView) -> list[Wish]:
    """The dimensions that `text` asks for. Steps, models and features must be blanked out of it before."""
    methods = methods_in(text)
    spoken = blank(text, [f.span for f in methods])
    found = [f for f in mentions(spoken) if not _negated(spoken, f.span[0])]
    found = [_by_slice(spoken, one) for one in _without_subtype_words(spoken, found)]
    if not found:
        found = _by_subtype(spoken)
    asked: list[Wish] = []
    for one in found:
        same = next((w for w in asked if w.capability == one.name), None)
        if same is None:
            asked.append(Wish(one.name, one.span))
    if not asked:
        return []
    _bind_subtypes(spoken, asked, found)
    segments = _segments(spoken, [f.span for f in found])
    _bind_counts(spoken, asked, segments)
    _bind_methods(asked, methods, segments)
    _bind_difficulty(spoken, asked, segments)
    _bind_topics(spoken, asked, found, view)
    return asked


def _negated(text: str, start: int) -> bool:
    """Whether the words before `start` leave the capability out (`without refusal`, `not translation`)."""
    before = text[:start]
    return bool(
        re.search(
            r"(?<!\w)(?:except|without|excluding|but not|not|no|skip|leave out|minus|other than|apart from|besides|drop|omit|instead of|rather than)(?: (?:for|the|any|doing))*(?: \w+,? (?:and|or))* ?$",
            before,
            re.I,
        )
    )


def excluded(text: str) -> list[str]:
    """Capabilities that `text` wants left out."""
    return [f.name for f in mentions(text) if _negated(text, f.span[0])]


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
        of_other = [
            s
            for o in others
            for s in subtypes_in(one.text, subtypes_of(o.name))
            if s.span == (0, len(one.text)) and _near(text, one.span, o.span)
        ]
        if not of_other:
            kept.append(one)
    return kept or found


def _near(text: str, a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether what joins two places of `text` makes the one a slice of the other, not two wishes side by side."""
    between = text[min(a[1], b[1]) : max(a[0], b[0])]
    joined = re.fullmatch(
        r"[ ,(:]*(?:(?:only|just|but only|restricted to|limited to|on|about|of|in|with)(?: (?:only|just|the|its|on))* )?",
        between,
        re.I,
    )
    if not joined:
        return False
    narrowing = re.search(r"only|just|restricted|limited", between + text[max(a[1], b[1]) :][:6], re.I)
    return bool(narrowing) or "," not in between


_LOOSE = {
    "knowledge": ("knowledge_mcq", "factual_recall"), "general knowledge": ("knowledge_mcq", "factual_recall"), "facts": ("factual_recall", "knowledge_mcq"), "trivia": ("factual_recall", "knowledge_mcq"),
    "reasoning": ("logical_reasoning", "spatial_reasoning", "cot_math"), "maths": ("cot_math", "arithmetic"), "math": ("cot_math", "arithmetic"), "mathematics": ("cot_math", "arithmetic"),
}  # fmt: skip


def _by_slice(text: str, found: Found) -> Found:
    """A loose word (`knowledge`, `reasoning`) stands for the capability whose slice is named with it."""
    for name in _LOOSE.get(found.text.lower(), ()):
        telling = [subtype for subtype in subtypes_of(name) if subtype not in _TOO_COMMON]
        if subtypes_in(blank(text, [found.span]), telling):
            return Found(name, found.span, found.text)
    return found


_TOO_COMMON = frozenset(
    "questions facts names stories lists length format keywords people mixed combined strings json language languages topic science cities animals dictionaries parsing containment arithmetic".split()
)


def _by_subtype(text: str) -> list[Found]:
    """Capabilities found only through a word for one of their sub-types (`halluc check on capitals`)."""
    found = []
    for name in known():
        if name not in DATA:
            telling = [subtype for subtype in subtypes_of(name) if subtype not in _TOO_COMMON]
            found += [Found(name, f.span, f.text) for f in subtypes_in(text, telling) if len(f.text) > 4]
    return longest(found)


def _bind_subtypes(text: str, asked: list[Wish], found: list[Found]) -> None:
    own_words = {w.capability: set(w.capability.split("_")) for w in asked}
    for wish in asked:
        others = [f.span for f in found if f.name != wish.capability]
        visible = blank(text, others)
        if wish.capability in DATA:
            continue  # a column is a data set's slice, see `_bind_topics`
        for one in subtypes_in(visible, subtypes_of(wish.capability)):
            words = set(re.findall(r"\w+", one.text.lower()))
            if words & own_words[wish.capability] or one.name in wish.subtypes:
                continue
            nearest = min(asked, key=lambda w: (_distance(w.span, one.span), w.span[0] > one.span[0]))
            if nearest is wish or one.name not in subtypes_of(nearest.capability):
                wish.subtypes.append(one.name)


def _distance(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(0, max(a[0], b[0]) - min(a[1], b[1]))


def _segments(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches between commas and conjunctions that do not lie inside one of `spans`."""
    cuts = [m.span() for m in _SEPARATORS.finditer(text) if not any(a <= m.start() < b for a, b in spans)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    return list(zip(starts, ends, strict=True))


def _inside(span: tuple[int, int], segment: tuple[int, int]) -> bool:
    return segment[0] <= span[0] < segment[1]


def _bind_counts(text: str, asked: list[Wish], segments: list[tuple[int, int]]) -> None:
    counts = counts_in(blank(text, [w.span for w in asked]))
    if not counts:
        return
    if len(counts) == 1:
        count, (start, end) = counts[0]
        if len(asked) > 1 and _TOTAL.search(text) and not _EACH.search(text):
            for place, wish in enumerate(asked):
                wish.n_prompts = count // len(asked) + (place < count % len(asked))
            return
        segment = next(s for s in segments if _inside((start, end), s))
        here = [w for w in asked if _inside(w.span, segment)]
        for_all = (
            not here
            or _EACH.search(text)
            or re.match(
                rf" (?:\w+ )?{_PROMPTS}(?: each)? (?:on|of|for|in|about|covering|across|over|from|at|with)(?!\w)",
                text[end:],
                re.I,
            )
            or (
                len(asked) > 1
                and re.match(rf" (?:\w+ )?{_PROMPTS}", text[end:], re.I)
                and start > asked[-1].span[0]
            )
        )
        for wish in asked if for_all else here:
            wish.n_prompts = count
        return
    free = list(counts)
    for segment in segments:
        here = [w for w in asked if _inside(w.span, segment)]
        numbers = [c for c in free if _inside(c[1], segment)]
        if here and numbers:
            for place, wish in enumerate(here):
                wish.n_prompts = numbers[min(place, len(numbers) - 1)][0]
            free = [c for c in free if c not in numbers]
    for wish in asked:
        if wish.n_prompts is None and free:
            after = [c for c in free if c[1][0] >= wish.span[1]]
            chosen = after[0] if after else free[0]
            wish.n_prompts = chosen[0]
            if len(free) > 1:
                free.remove(chosen)


def _bind_methods(asked: list[Wish], methods: list[Found], segments: list[tuple[int, int]]) -> None:
    for method in methods:
        segment = next(s for s in segments if _inside(method.span, s))
        here = [w for w in asked if _inside(w.span, segment)]
        if len(methods) > 1:
            before = [w for w in asked if w.span[0] < method.span[0] and w.method is None]
            chosen = (
                [w for w in here if w.method is None][:1]
                or before[-1:]
                or [w for w in asked if w.method is None][:1]
            )
        elif len(asked) == 1 or not here:
            fitting = [w for w in asked if default_method(w.capability) == method.name]
            chosen = (
                fitting
                if fitting and len(here) == 0 and len(asked) > 1 and len(fitting) < len(asked)
                else asked
            )
        else:
            fitting = [w for w in asked if default_method(w.capability) == method.name]
            last = segment[0] <= asked[-1].span[0] < segment[1]
            chosen = here + [w for w in fitting if w not in here and last]
        for wish in chosen:
            wish.method = method.name


def _bind_difficulty(text: str, asked: list[Wish], segments: list[tuple[int, int]]) -> None:
    levels = [(segment, difficulty_in(text[segment[0] : segment[1]])) for segment in segments]
    said = [(segment, level) for segment, level in levels if level]
    if not said:
        return
    if len(asked) == 1:
        asked[0].difficulty = said[0][1]
        return
    for segment, level in said:
        here = [w for w in asked if _inside(w.span, segment)]
        for wish in here or asked:
            wish.difficulty = wish.difficulty or level


def _bind_topics(text: str, asked: list[Wish], found: list[Found], view: SessionView) -> None:
    for wish in asked:
        end = max(f.span[1] for f in found if f.name == wish.capability and f.span[0] >= wish.span[0])
        following = [f.span[0] for f in found if f.span[0] > wish.span[0] and f.name != wish.capability]
        stretch = text[end : min(following, default=len(text))]
        if wish.capability in DATA:
            wish.topic = column_in(text, view.columns, wish.span)
            continue
        if wish.subtypes:
            continue
        wish.topic = _topic_after(stretch, wish) or _topic_before(text[: wish.span[0]])
    if (
        len(asked) == 1
        and asked[0].topic is None
        and not asked[0].subtypes
        and asked[0].capability not in DATA
    ):
        asked[0].topic = _topic_before_about(text, asked[0])


def _topic_after(stretch: str, wish: Wish) -> str | None:
    position = 0
    while match := _TOPIC.search(stretch, position):
        words = match.group(1)
        stop = _TOPIC_STOP.search(words)
        words = (words[: stop.start()] if stop else words).strip(" .?!:")
        strong = bool(_STRONG_TOPIC.match(match.group()))
        useful = re.sub(rf"^(?:{_NO_TOPIC.pattern})", "", words, flags=re.I).strip()
        if useful and not re.fullmatch(r"[\W\d]*", useful) and (strong or not _weak_topic(useful)):
            return re.sub(r"^(?:the|some|a|an) ", "", words).strip(" '\"")
        position = match.start(1)
    return None


def _weak_topic(words: str) -> bool:
    """Whether what stands after `on`, `in`, `of` is too long or too common to be a topic."""
    return len(words.split()) > 4 or bool(
        re.search(
            r"(?<!\w)(?:model|checkpoint|it|me|you|step|prompts?|card|thing|gpt|scale|time|first|mode|tests?|less|more|than|try|go|shot)(?!\w)",
            words,
            re.I,
        )
    )


def _topic_before(before: str) -> str | None:
    match = _DOMAINS.search(before)
    return (
        match.group().strip()
        if match and before.endswith(" ") and match.end() >= len(before.rstrip())
        else None
    )


def _topic_before_about(text: str, wish: Wish) -> str | None:
    """A topic that stands before the capability: `10 questions about cooking for factual recall`."""
    match = re.search(
        r"(?<!\w)(?:about|regarding|concerning|involving) (.+?)(?: for| to test| to check| as| in| with)? *$",
        text[: wish.span[0]],
        re.I,
    )
    if not match:
        return None
    words = match.group(1).strip()
    useful = re.sub(rf"^(?:{_NO_TOPIC.pattern})", "", words, flags=re.I).strip()
    return words if useful and len(words.split()) <= 5 else None


_GENERIC_COLUMNS = frozenset(
    "label labels text texts prompt prompts data class classes target targets example".split()
)


def column_in(text: str, columns: list[str], mention: tuple[int, int] | None = None) -> str | None:
    """The column that `text` names: quoted, called a column or field, or by a name that says nothing else."""
    for column in sorted(columns, key=len, reverse=True):
        name = re.escape(column)
        called = rf"[\"']{name}[\"']|(?<!\w){name} (?:column|field|col)(?!\w)|(?:column|field|col) (?:called |named )?[\"']?{name}(?!\w)"
        if re.search(called, text, re.IGNORECASE):
            return column
        if column.lower() not in _GENERIC_COLUMNS and re.search(rf"(?<!\w){name}(?!\w)", text, re.IGNORECASE):
            return column
    quoted = re.search(
        r"(?:column|field) (?:called |named )?[\"']?([\w.-]+)[\"']?|[\"']([\w.-]+)[\"'] (?:column|field)",
        text,
    )
    named = quoted and next(group for group in quoted.groups() if group)
    return (
        named
        if named and not columns and named.lower() not in ("is", "in", "of", "for", "balanced")
        else None
    )


def scoped(wish: Wish, **changes: object) -> Wish:
    """A copy of `wish` with some fields replaced."""
    return replace(wish, **changes)  # type: ignore[arg-type]
