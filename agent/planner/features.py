"""SAE features in a request: their numbers, the scores and the reading that are asked for."""

import re
from dataclasses import dataclass, field

from agent.planner.capabilities import Found, matches
from agent.planner.catalogue import patterns, table
from agent.planner.plan import SessionView

MOST = 65_536
"""Features that a written range may span; no SAE has more."""
_NOUN = (
    r"(?:features?|feats?|latents?|neurons?|ftr|fts?|merkmale?n?|caract[ée]ristiques?|"
    r"caracter[íi]sticas?|caratteristic[ahe]+)"
)
_RANGE = r"\d+ ?(?:-|–|to|bis|through|thru|\.\.\.?|until|up to|a|à) ?f?#?\d+"
_ITEM = rf"(?:f|#)?(?:{_RANGE}|\d+)"
_LIST = (
    rf"{_ITEM}(?:(?:,? (?:and|und|et|y|e|or|&|vs\.?|plus) |, ?| ?[&+/] ?|"
    rf"(?<=\d) (?=f?#?\d))(?:{_NOUN} )?{_ITEM}(?!\w| (?:prompts?|questions?|"
    r"best|top)))*"
)
_NAMED = re.compile(
    rf"(?<!\w)(?:{_NOUN}(?:'s)?[ -]?(?:numbers?|nos?\.?|ids?|index|indices|"
    r"nr\.?|#)?(?! ?(?<= )-\d| -\d)[ :#=_-]*|(?:f|#) ?(?=\d)|(?:ids?|indices) |sweep(?:ing)? (?:over |"
    rf"from )?(?=\d)(?!\d+ {_NOUN}(?!\w| \d))|"
    r"sweep(?:ing)? (?:only|just) (?=\d+(?:[ ,]| and )+\d)|"
    r"(?:score|check|test|diagnose|rate|relabel|label|rename) (?:them|these|those|the following)(?: "
    r"ones)?: ?)"
    rf"(?P<list>{_LIST})(?![\w%]|"
    r"\.\d)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\w.])(?:f|F|#)(\d+)(?![\w.-]*[A-Za-z])")
_COUNTED = re.compile(rf"(?<![\w.-])(\d+) (?:\w+ ){{0,2}}?{_NOUN}(?!\w)(?=.*?\d)", re.IGNORECASE)
_ROW = re.compile(r"(?<![\w.@/#-])f?#?\d+(?:(?:,? (?:and|or|plus) |, ?| ?[&+/] ?)f?#?\d+)*(?![\w%@-]|\.\d)")
_IMPOSSIBLE = re.compile(
    rf"(?<!\w){_NOUN}(?:'s)?(?: (?:numbers?|no\.?|ids?|index|nr\.?))?[ :#]*(?P<n>(?:minus |negative |"
    rf"[-–−])\d+(?:\.\d+)?|"
    r"\d+\.\d+)(?![\w-])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(rf"(?<!\w)(\d+)(?:st|nd|rd|th) {_NOUN}", re.IGNORECASE)
_BEFORE = re.compile(rf"(?<![\w.])(\d+(?:(?:,? and |, ?)\d+)+) \(?{_NOUN}(?!\w)", re.IGNORECASE)
_SCORE_OF = re.compile(
    r"(?:(?:purity|mui|interp(?:retability)?(?:[-_ ]?score)?|utili[sz]ation index|triple)(?: scores?)? "
    r"(?:of|for) |"
    r"(?:interpretable|pure|monosemantic|polysemantic|causal) (?:is|are) )"
    r"(?P<list>\d+(?:(?:,? and |, ?)\d+)*)(?![\w%]| (?:prompts|features|of))",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?<![\w.])(?P<a>\d+)(?:'s label (?:is|says|reads)|"
    r" an? (?:\w+ )?(?:feature|latent|neuron)(?!\w)|"
    r" (?:looks|fires|activates|responds|reacts|lights up|seems (?:to (?:fire|be)|dead|mislabell?ed|like "
    r"a)|sounds like a)|"
    r" (?:is|was|got|has been) (?:(?:mis|wrongly |badly |poorly |incorrectly )?labell?ed|called|named|"
    r"described as))"
    r"(?!\w)|(?<!\w)(?:label|explanation|description)s? (?:of|for) (?P<b>\d+)(?!\w| (?:prompts|features)|\.\d)",
    re.IGNORECASE,
)
_THAT = re.compile(
    r"(?<!\w)(?:(?:that|this|the|the (?:same|last|current)|same|last|"
    rf"current|which) {_NOUN[:-1]})(?!s)(?!\w))(?! (?:table|sweep|list|panel|card|view|page|report|"
    rf"screen|summary|plot|"
    r"scores?\b(?! (?:of|for))))|(?<!\w)(?:(?:its label|the label(?! "
    r"(?:columns?|balance|distribution|field|class\w*|counts?|sizes?|frequenc\w+|ratio|values?|set)))|"
    r"(?:re-?label) (?:it|"
    r"that|this))(?!\w)",
    re.IGNORECASE,
)
_TOP = re.compile(
    r"(?<!\w)(?:list|show|give|find|display|see|return|sweep)(?: me| us| only)?(?: "
    r"the)? (\d+)(?: (?=\w)|\W*$)|(?<!\w)(?:top|best|first|highest|worst|bottom|"
    r"keep|leading|strongest)[- ](?:the )?(?:best |top )?(\d+)(?!\w|%)|"
    r"(?<=which )(\d+)(?= )|(?<!\w)(\d+)(?= at most|,? max(?:imum)?(?!\w)| tops)|"
    r"(?<!\w)(\d+) (?:best|top|highest|strongest|most|worst|leading|of "
    r"(?:them|those|the))(?!\w)|(?<!\w)(?:limit|max(?:imum)?|at most|"
    r"up to|only)(?: of| to)? (\d+)(?!\w)|(?<![\w.])(\d+)(?= (?:of them )?(?:will do|(?:is|are) (?:enough|plenty)|"
    r"would do|suffices?)(?!\w))",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?<!\w)(?:all|every|each|entire|whole|full|complete)(?: (?:of )?(?:the|"
    rf"its|our|my|single|live|sae|sae's|of))* (?:{_NOUN}|sae|dictionary|"
    r"autoencoder)(?!\w)|(?<!\w)everything in the (?:sae|dictionary)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Features:
    """What is said of features, and the places of their numbers."""

    numbers: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    referred: bool = False
    """`that feature`, `its label`: the one last looked at is meant."""
    every: bool = False
    """All features of the SAE are meant."""
    too_many: bool = False
    impossible: str | None = None
    """A number that no feature has, as it was written: negative or with a decimal point."""


def features_in(text: str) -> Features:
    """The features that `text` names, ranges written out, in order and without repeats."""
    numbers: list[int] = []
    spans: list[tuple[int, int]] = []
    too_many = False
    for match in _NAMED.finditer(text):
        listed, over = _expanded(match["list"])
        numbers += listed
        too_many |= over
        spans.append(match.span())
    for expression in (_BARE, _ORDINAL):
        for match in expression.finditer(text):
            if not any(a <= match.start() < b for a, b in spans):
                numbers.append(int(match.group(1)))
                spans.append(match.span())
    if not numbers:
        for match in _SCORE_OF.finditer(text):
            numbers += [int(n) for n in re.findall(r"\d+", match["list"])]
            spans.append(match.span("list"))
    if not numbers:
        for match in _LABELLED.finditer(text):
            numbers.append(int(match["a"] or match["b"]))
            spans.append(match.span("a" if match["a"] else "b"))
    if not numbers:
        for match in _BEFORE.finditer(text):
            numbers += [int(n) for n in re.findall(r"\d+", match.group(1))]
            spans.append(match.span())
    if not numbers:
        numbers, spans = _counted(text)
    impossible = _IMPOSSIBLE.search(text)
    return Features(
        list(dict.fromkeys(numbers)),
        spans,
        bool(_THAT.search(text)),
        bool(_ALL.search(text)),
        too_many,
        impossible["n"] if impossible else None,
    )


def _counted(text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """The numbers of a row as long as was said before it: `2 SAE features, 17 and 23`."""
    for count in _COUNTED.finditer(text):
        for row in _ROW.finditer(text, count.end()):
            numbers = [int(n) for n in re.findall(r"\d+", row.group())]
            if len(numbers) == int(count.group(1)):
                return numbers, [count.span(), row.span()]
    return [], []


def _expanded(listed: str) -> tuple[list[int], bool]:
    numbers: list[int] = []
    for part in re.finditer(rf"{_RANGE}|\d+", listed, re.IGNORECASE):
        ends = [int(n) for n in re.findall(r"\d+", part.group())]
        low, high = min(ends), max(ends)
        if high - low >= MOST:
            return [], True
        numbers += range(low, high + 1)
    return numbers, False


def score_words_in(text: str) -> list[Found]:
    """The words for interp_score, purity and mui in `text`."""
    return matches(text, patterns("measures", "feature_scores"))


def scores_in(text: str) -> list[str]:
    """Which of interp_score, purity and mui are asked for, in that order; [] for all three or none said."""
    found = score_words_in(text)
    unwanted = {one.name for one in found if _UNWANTED.search(text[: one.span[0]])}
    said = {one.name for one in found} - unwanted
    listed = list(table("measures")["feature_scores"])
    if not said and unwanted:
        said = set(listed) - unwanted
    return [name for name in listed if name in said] if len(said) < len(listed) else []


_UNWANTED = re.compile(
    r"(?<!\w)(?:no|not|without|skip|except|excluding|but(?: not)?|minus|drop|leave out|ignore|other "
    r"than|apart from|"
    r"instead of|rather than)(?: (?:for|the|its|any))*(?: \w+,? (?:and|or|nor))? $",
    re.IGNORECASE,
)


def reading_in(text: str) -> str | None:
    """The reading of the diagnostic triple that `text` names, one of the keys of the catalogue's `readings`."""
    found = matches(text, patterns("measures", "readings"))
    return max(found, key=lambda f: len(f.text)).name if found else None


def top_in(text: str) -> int | None:
    """How many features are wanted at most."""
    match = _TOP.search(text)
    return int(next(group for group in match.groups() if group)) if match else None


def meant(found: Features, view: SessionView) -> list[int]:
    """The features that are meant: those named, else the one last looked at where the text refers to it."""
    if found.numbers:
        return found.numbers
    return [view.last_feature] if view.last_feature is not None else []
