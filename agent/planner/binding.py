"""Which of the capabilities in a clause a number, a method or a difficulty is said of."""

import re
from itertools import pairwise

from agent.planner.capabilities import PROMPT_WORDS, Found, counts_in, default_method, difficulty_in
from agent.planner.quotes import blank
from agent.planner.wish import Wish

_SEPARATORS = re.compile(
    r"[,;:+]|(?<!\w)(?:and|&|plus|as well as|also|then|along with)(?!\w)| / ", re.IGNORECASE
)

EACH = re.compile(
    r"(?<!\w)(?:each|apiece|per (?:capability|dimension|topic|skill|category|"
    r"one|task)|every one|for (?:both|all)|a ?piece|respectively each|"
    r"of each|the same (?:number|amount|count)|as many)(?!\w)",
    re.I,
)

_TOTAL = re.compile(
    r"(?<!\w)(?:in (?:total|all|sum)|total|overall|altogether|combined|together|split|"
    r"shared|divided|half|evenly|between (?:them|both|the two))(?!\w)",
    re.I,
)


def segments_of(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches between commas and conjunctions that do not lie inside one of `spans`."""
    cuts = [m.span() for m in _SEPARATORS.finditer(text) if not any(a <= m.start() < b for a, b in spans)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    return list(zip(starts, ends, strict=True))


def _inside(span: tuple[int, int], segment: tuple[int, int]) -> bool:
    return segment[0] <= span[0] < segment[1]


def bind_counts(text: str, asked: list[Wish], segments: list[tuple[int, int]]) -> None:
    counts = counts_in(blank(text, [w.span for w in asked]))
    if not counts:
        return
    if len(asked) > 1 and _by_place(text, asked):
        return
    if len(asked) > 1 and len(counts) == len(asked) and _in_a_row(text, [span for _, span in counts]):
        for wish, (count, _) in zip(asked, counts, strict=True):
            wish.n_prompts = count
        return
    if len(counts) == 1:
        count, (start, end) = counts[0]
        if len(asked) > 1 and _TOTAL.search(text) and not EACH.search(text):
            for place, wish in enumerate(asked):
                wish.n_prompts = count // len(asked) + (place < count % len(asked))
            return
        segment = next(s for s in segments if _inside((start, end), s))
        here = [w for w in asked if _inside(w.span, segment)]
        for_all = (
            not here
            or (
                start >= asked[-1].span[1]
                and re.search(r"(?:with|using|w/|at|to|@)(?: just| only| about)? ?$", text[:start], re.I)
            )
            or EACH.search(text)
            or re.match(
                rf" (?:\w+ )?{PROMPT_WORDS}(?: each)? (?:on|of|for|in|about|covering|"
                r"across|over|from|at|with)(?!\w)",
                text[end:],
                re.I,
            )
            or (
                len(asked) > 1
                and re.match(rf" (?:\w+ )?{PROMPT_WORDS}", text[end:], re.I)
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


_PLACES = (("first", "former"), ("second", "latter"), ("third",), ("fourth",))
_PLACED = re.compile(
    r"(?<![\w.])(?P<n>\d+)(?: \w+)? (?:of|for|on) the "
    r"(?P<place>first|former|second|latter|third|fourth)(?!\w)|"
    r"(?<!\w)(?:the )?(?P<named>first|former|second|latter|third|fourth)(?: one)?"
    r"(?: with| gets?|:)? (?P<m>\d+)(?!\w)",
    re.IGNORECASE,
)


def counts_by_place(text: str) -> dict[int, int]:
    """The numbers that are said of places in a list, by place from 0.

    >>> counts_by_place("45 of the first, 15 of the second")
    {0: 45, 1: 15}
    """
    said: dict[int, int] = {}
    for match in _PLACED.finditer(text):
        word = (match["place"] or match["named"]).lower()
        said[next(i for i, words in enumerate(_PLACES) if word in words)] = int(match["n"] or match["m"])
    return said


def _by_place(text: str, asked: list[Wish]) -> bool:
    """Bind numbers that are said of places in the list (`45 of the first, 15 of the second`); False: none are."""
    said = counts_by_place(text)
    if len(said) < 2 or max(said) >= len(asked):
        return False
    for place, count in said.items():
        asked[place].n_prompts = count
    return True


def _in_a_row(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether numbers stand together (`8, 10 and 12`), and so go with the capabilities in their order."""
    return all(
        re.fullmatch(r" ?(?:,|/|&|and|,? and)? ?", text[before[1] : after[0]], re.I)
        for before, after in pairwise(spans)
    )


_FOR_ALL = re.compile(
    r"(?<!\w)(?:all(?: of (?:them|it))?|both|each|every(?:thing| one))(?: (?:by|with|in|scored|as|using))* ?$",
    re.I,
)


def bind_methods(text: str, asked: list[Wish], methods: list[Found], segments: list[tuple[int, int]]) -> None:
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
        elif _FOR_ALL.search(text[: method.span[0]]) or _trails(text, asked, method):
            chosen = asked
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


_TRAILS = re.compile(
    rf"(?:{EACH.pattern})[ ,;:-]*(?:(?:by|with|in|scored|as|using|and|all) )*$", re.IGNORECASE
)
_OF_ONE = ("pass_at_1",)
"""Methods that fit one capability only."""


def _trails(text: str, asked: list[Wish], method: Found) -> bool:
    """Whether `method` stands behind all capabilities and a number for each of them, and so is said of them all."""
    behind = all(wish.span[1] <= method.span[0] for wish in asked)
    return behind and method.name not in _OF_ONE and bool(_TRAILS.search(text[: method.span[0]]))


def bind_difficulty(text: str, asked: list[Wish], segments: list[tuple[int, int]]) -> None:
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
