"""Capabilities in a request with everything said about each: method, count, sub-types, topic, difficulty."""

import re
from dataclasses import dataclass
from functools import cache

from agent.planner.catalogue import pattern, patterns, table
from agent.planner.quotes import blank
from prompts.capabilities import CONTRACT
from tools import registry

PACKAGE = "prompts.capabilities"

DATA = ("data_diversity", "label_balance")
"""Capabilities of a data set, not of a model."""

PROMPT_WORDS = (
    r"(?:prompts?|questions?|examples?|cases?|items?|problems?|samples?|tasks?|"
    r"exercises?|queries|tests?|trials?|ones|sentences|documents|docs|articles|functions|"
    r"rows|shots?(?! )|of (?:them|these|those|each))"
)

_COUNT = re.compile(
    r"(?<![\w.@/#=<>+*-])(?:x ?|n ?= ?|n ?: ?|× ?)?(\d+)(?:x(?!\w))?(?![\w%@]|"
    r"\.\d|[-/](?!prompt|question|example|case|item|problem|sample)\w|"
    r" ?(?:%|percent|-?(?:digit|step|hop|shot|bit|nd|rd|th)(?!\w)|capabilit|"
    r"benchmarks?|models?|checkpoints|features|times|minutes|seconds|"
    r"hours|cores|gpus?|layers?))"
)

_OF_PROMPTS = r" \d+ (?:\w+ )?(?:prompts?|questions?|examples?|cases?|items?|problems?)"
_NOT_COUNTS = re.compile(
    r"(?<!\w)(?:row|line|entry|seed|layer|temperature|top|version|v|threshold|gpu|rank|"
    r"epoch|below|above|(?:under|over)(?! \d+ (?:\w+ )?(?:prompts?|questions?|"
    r"examples?|cases?|items?|problems?|samples?))|score(?:d|s)? (?:of|"
    rf"only)?|at least(?!{_OF_PROMPTS})|\+|(?<!no more )(?<!not more )than(?!{_OF_PROMPTS})|got)"
    r"[ =:]*\d+(?:\.\d+)?%?|"
    r"(?<!\w)(?:other|remaining|last|rest of the) \d+(?! ?(?:prompts?|questions?|examples?|cases?|items?|problems?))|"
    r"\d+(?= (?:\w+ )?(?:(?:was|were)(?:n't| not)? (?:\w+ )?enough|(?:is|are)(?:n't| not) (?:\w+ )?"
    r"enough|(?:was|were|is|are) (?:\w+ )?(?:too )?(?:few|little|much))(?!\w))|"
    r"(?<!\w)the \d+ (?:others?|remaining|rest)(?!\w)|(?<!\w)(?:the )?same \d+(?= (?!prompts)[a-z])|"
    r"(?<!\w)(?:tables?|figures?|figs?\.?|sections?|chapters?|appendix|reviewers?|referees?|pages?|equations?|"
    r"eq\.|slides?|paragraphs?|footnotes?|experiment|study|phase|day|week|part|room) \d+(?!\w)|"
    r"\d+ (?:\w+ ){0,2}(?:things|checks|wishes|requests|points|topics|areas|skills|abilities|favou?rs)(?!\w)|"
    r"(?<![\w.])[2-9] (?:\w+ )?(?:questions|tests|tasks|ones|items)(?: please)?:|"
    r"\d+ ?[+*x/×] ?\d+|top[- ]\d+|\d+(?:st|nd|rd|th)(?!\w)",
    re.IGNORECASE,
)

_DIFFICULTY = {
    "easy": r"(?:very |really )?(?:easy|easier|easiest|simple ones|simpler|beginner|"
    r"trivial)(?: (?:ones|level|difficulty|mode))?|difficulty:? low|low difficulty",
    "medium": r"(?:medium|moderate|intermediate)(?:[- ](?:difficulty|level|hard|ones))?(?! results?| steps?)",
    "hard": r"(?:very |really )?(?:hard|harder|hardest|difficult|tough|tougher|"
    r"toughest|challenging|tricky|trickier)(?: (?:ones|level|difficulty|"
    r"mode))?|(?:with )?difficulty:? high|high difficulty",
}


@dataclass(frozen=True)
class Found:
    """A name of the catalogue found at a place of the text."""

    name: str
    span: tuple[int, int]
    text: str


@cache
def known() -> tuple[str, ...]:
    """Every capability: those of the catalogue and any further module of the registry."""
    spoken = tuple(table("capabilities"))
    return spoken + tuple(name for name in registry.names(PACKAGE) if name not in spoken)


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
def _subtype_patterns(name: str) -> tuple[re.Pattern[str], ...]:
    """Words for a sub-type: its own name with blanks, singular or plural, and what the catalogue lists for it."""
    words = [word for word in name.lower().split("_") if word not in ("and", "of", "the", "to")]
    spelt = r"[-_ ]?(?:(?:and|of|the|to|&) )?".join(_inflected(word) for word in words)
    listed = table("subtypes")["words"].get(name, [])
    if not listed and len(words) > 1 and len(words[0]) > 4:
        listed = [_inflected(words[0])]
    return tuple(pattern((one,)) for one in (spelt, re.escape(name), *listed))


def _inflected(word: str) -> str:
    stem = re.escape(re.sub(r"(?:ies|y|es|s|ing|e)$", "", word)) if len(word) > 4 else re.escape(word)
    return rf"{stem}(?:ies|y|es|s|ing|e|ed|al)?"


def subtypes_in(text: str, names: list[str] | tuple[str, ...]) -> list[Found]:
    """Those of the sub-types `names` that `text` speaks of."""
    plain = [name for name in names if _qualifier(name) is None]
    found = matches(text, {name: list(_subtype_patterns(name)) for name in plain})
    return _with_qualified(text, names, found) if len(plain) < len(names) else found


def is_qualified(name: str) -> bool:
    """Whether a sub-type is another one with a qualifier (`crime_lookalike`)."""
    return _qualifier(name) is not None


def _qualifier(name: str) -> str | None:
    """`lookalike` for `crime_lookalike`."""
    base, _, last = name.rpartition("_")
    return last if base and last in table("subtypes")["qualified"] else None


def _with_qualified(text: str, names: list[str] | tuple[str, ...], found: list[Found]) -> list[Found]:
    """A qualifier said of some sub-types asks for these qualified (`harmless ones that sound like crime`), with the
    plain ones where `and` joins the two; said of none, it asks for all that have it."""
    qualified = {name: q for name in names if (q := _qualifier(name))}
    for qualifier in sorted(set(qualified.values())):
        said = [one for one in matches(text, patterns("subtypes", "qualified")) if one.name == qualifier]
        if not said:
            continue
        own = [name for name, q in qualified.items() if q == qualifier]
        first, last = said[0].span[0], said[-1].span[1]
        areas = [one for one in found if f"{one.name}_{qualifier}" in own]
        named = [Found(f"{one.name}_{qualifier}", one.span, one.text) for one in areas]
        ends = [*(place for one in areas for place in one.span), first, last]
        between = text[min(ends) : max(ends)]
        both = re.search(rf"(?<!\w)(?:{'|'.join(table('subtypes')['both']['words'])})(?!\w)", between, re.I)
        if not areas:
            return [*found, *(Found(name, said[0].span, said[0].text) for name in own)]
        found = [*found, *named] if both else [one for one in found if one not in areas] + named
    return found


@cache
def _telling_patterns() -> dict[str, dict[str, list[re.Pattern[str]]]]:
    return {
        capability: {name: [pattern((one,)) for one in listed] for name, listed in subtypes.items()}
        for capability, subtypes in table("subtypes")["telling"].items()
    }


_OF_TOPIC = re.compile(
    r"(?<!\w)(?:about|regarding|concerning|involving)(?: (?:the|a|an|some))? $", re.IGNORECASE
)


def telling_in(text: str, capability: str) -> list[Found]:
    """The sub-types of `capability` that `text` speaks of so clearly that they name the capability too."""
    declared = subtypes_of(capability)
    return [one for one in matches(text, _telling_patterns().get(capability, {})) if one.name in declared]


def told_by_subtype(text: str) -> list[Found]:
    """Capabilities that `text` names only by what one of their sub-types is about (`who painted what`)."""
    found = [
        Found(capability, one.span, one.text)
        for capability, subtypes in _telling_patterns().items()
        for one in matches(text, subtypes)
    ]
    unlisted = [name for name in known() if name not in _telling_patterns() and name not in DATA]
    found += [
        Found(name, one.span, one.text) for name in unlisted for one in subtypes_in(text, subtypes_of(name))
    ]
    kept = longest(found)
    return [one for one in kept if one is kept[0] or not _OF_TOPIC.search(text[: one.span[0]])]


def methods_in(text: str) -> list[Found]:
    """The scoring methods that `text` names."""
    return matches(text, patterns("measures", "methods"))


_COMPLAINT = re.compile(
    r"(?<!\w)(?:(?P<too>too)|(?:not|isn'?t|wasn'?t|aren'?t)(?: (?:really|very|so|that|all that))?) $",
    re.IGNORECASE,
)


def difficulties_in(text: str) -> list[Found]:
    """The difficulties that `text` names, those last that only a complaint implies (`too easy`, `not hard enough`).

    >>> [found.name for found in difficulties_in("too hard for it, medium please")]
    ['medium', 'easy']
    """
    asked, implied = [], []
    for name, words in _DIFFICULTY.items():
        for match in re.finditer(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE):
            complaint = _COMPLAINT.search(text[: match.start()])
            if not complaint:
                asked.append(Found(name, match.span(), match.group()))
            elif complaint["too"] and name != "medium":
                implied.append(Found("hard" if name == "easy" else "easy", match.span(), match.group()))
            elif re.match(r" enough", text[match.end() :]):
                implied.append(Found(name, match.span(), match.group()))
    return [*sorted(asked, key=lambda one: one.span), *implied]


def difficulty_in(text: str) -> str | None:
    """The difficulty that is asked for."""
    found = difficulties_in(text)
    return found[0].name if found else None


def counts_in(text: str) -> list[tuple[int, tuple[int, int]]]:
    """Numbers that can be numbers of prompts, with their places."""
    text = blank(text, [m.span() for m in _NOT_COUNTS.finditer(text)])
    found = [(int(m.group(1)), m.span()) for m in _COUNT.finditer(text)]
    called = [
        one
        for one in found
        if not text[one[1][0]].isdigit()  # `n=25`
        or _CALLED.search(text[: one[1][0]])
        or _PROMPTS.match(text[one[1][1] :])
    ]
    of_else = [
        one
        for one in found
        if one not in called
        and (_OF_ELSE.match(text[one[1][1] :]) or (one[0] < 20 and _OF_NAME.search(text[: one[1][0]])))
    ]
    return [one for one in found if one not in of_else] if called else found


_CALLED = re.compile(
    r"(?<!\w)(?:number|count|size|n|amount)(?: of \w+)?(?: should be| is| be)?[ :=]*$", re.IGNORECASE
)
_PROMPTS = re.compile(rf" (?:\w+ )?{PROMPT_WORDS}(?!\w)", re.IGNORECASE)
_OF_ELSE = re.compile(rf" (?!{PROMPT_WORDS})[a-z]+s(?!\w)", re.IGNORECASE)
"""A number of other things (`three languages`) where the number of prompts is called so."""
_OF_NAME = re.compile(
    r"\w,? (?:[A-Z][a-z]+ )*(?!(?:English|French|German|Spanish|Python|Json) )[A-Z][a-z]+ $"
)
"""A name to which a number belongs (`Formula 1`, `World War 2`)."""
