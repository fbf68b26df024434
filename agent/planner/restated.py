"""What people put right within one request: `test coding - sorry, I meant translation - with 12 prompts`."""

import re
from collections.abc import Callable

from agent.planner.capabilities import mentions
from agent.planner.loose_words import LOOSE
from agent.planner.names import format_words, names
from agent.planner.numbers import with_digits
from agent.planner.quotes import blank, quoted_spans

_I = re.IGNORECASE
LONGEST = 300
"""Characters in which people put something right; a longer text is read as it stands."""
_SOFT = (
    r"(?:no|nope|nah|oh|ah|er+m?|uh+m?|um+|hm+|well|actually|wait|hold on|sorry|oops|ups|whoops|argh?|damn)"
)
_FIRM = (
    r"(?:i (?:actually |really )?(?:meant?|wanted)(?: to (?:say|write|type))?|(?:or )?rather|make "
    r"(?:that|it)|"
    r"scratch that|strike that|correction|typo|my bad|my mistake|that should (?:be|read|say)|should be|"
    r"(?:no|oh|oops|sorry|actually)[,.]? (?:wait|sorry|make it|not that)|wait[,.]? (?:no|actually|"
    r"sorry)|oops|sorry|"
    r"no(?=,? (?:\d|the |use |take ))|let'?s (?:say|do|make (?:it|that)))"
)
_MARK = re.compile(
    rf"(?:(?:[,;.(!?:]|\.\.+|…|\s-+|\s?[–—])\s?(?:{_SOFT}[,.!:]* )*(?<!\w)(?:{_FIRM}|er+m?(?=,)|uh+m?(?=,))|"
    rf" (?:no,? (?:make (?:it|that)|wait|sorry)|scratch that|make that|sorry i meant?|or "
    rf"rather))(?!\w)[,.!:]*"
    rf"(?: (?:{_SOFT}|{_FIRM})(?!\w)[,.!:]*)* (?:(?:the|a|an|on|for|with|to|at|as|do|take|use|of|it'?s|"
    rf"please|features?|latents?|"
    r"steps?|checkpoints?|number|model) )*",
    _I,
)
"""Words that take back what was just said; what is meant instead follows them."""
_IN_OTHER_WORDS = re.compile(
    r" ?[,(–—-] ?(?:by which i mean|meaning|i\.? ?e\.?,?|that is(?: to say)?,?|in other words,?|namely|aka|or rather|"
    r"more precisely,?|to be precise,?) ",
    _I,
)
"""What follows says more precisely what the loose word before it means (`knowledge, meaning factual recall`)."""
_OTHER_NOUN = re.compile(
    r"(?<!\w)(?:neurons?|units?|latents?|features?|nodes?|heads?)(?: ?(?:\.\.+|…|[,(–—]| -+)) ?"
    r"(?:(?:sorry|er+m?|uh+m?|um+|no|i mean|rather|well|ah|wait)[,.… ]*)+(?=(?:sae )?(?:features?|latents?)(?!\w))",
    _I,
)
"""A word for a feature that is taken back (`neuron... sorry, SAE feature 3141`)."""
_NUMBER = re.compile(r"(?<![\w.-])\d+(?![\w.]*\w)")


_DENIED = re.compile(r"(?:not|n't|no|without|instead of)(?: (?:the|a|any))? $", _I)


def _numbers(text: str) -> list[tuple[int, int]]:
    named = [one.span for one in names(text)]
    return [m.span() for m in _NUMBER.finditer(text) if not any(a <= m.start() < b for a, b in named)]


_KINDS: tuple[Callable[[str], list[tuple[int, int]]], ...] = (
    lambda text: [one.span for one in names(text)],
    lambda text: [one.span for one in mentions(text)],
    format_words,
    _numbers,
)
"""What can be put right: names of models and files, capabilities, export formats, numbers."""


def put_right(text: str) -> str:
    """`text` with what was meant in the place of what was said first; as it is where nothing was taken back.

    >>> put_right("test coding - sorry, I meant translation - with 12 prompts")
    'test translation - with 12 prompts'
    """
    if len(text) > LONGEST:
        return text
    text = _OTHER_NOUN.sub("", text)
    plain = with_digits(text)
    visible = blank(plain, quoted_spans(plain), "~")
    for mark in _IN_OTHER_WORDS.finditer(visible):
        loose = [one for one in mentions(plain[: mark.start()]) if one.text.lower() in LOOSE][-1:]
        precise = [one for one in mentions(plain[mark.end() :]) if one.span[0] == 0]
        if loose and precise:
            rest = re.sub(r"^\)", "", plain[mark.end() + precise[0].span[1] :])
            return put_right(
                f"{plain[: loose[0].span[0]]}{precise[0].text}{plain[loose[0].span[1] : mark.start()]}{rest}"
            )
    for mark in _MARK.finditer(visible):
        before, after = plain[: mark.start()], plain[mark.end() :]
        for places in _KINDS:
            meant = next((span for span in places(after) if span[0] == 0), None)
            if meant is None:
                continue
            said = places(before)
            if said and before[slice(*said[-1])].lower() != after[: meant[1]].lower():
                start, end = said[-1]
                if _DENIED.search(before[:start]):
                    break  # `not arithmetic, I meant maths` says it already
                rest = re.sub(r"^\)", "", after[meant[1] :])
                return put_right(f"{before[:start]}{after[: meant[1]]}{before[end:]}{rest}")
            break
    return text
