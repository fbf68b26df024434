"""Turns a maker of single cases into a stream of cases with different prompts."""

from collections.abc import Callable, Iterator

from tools.cases import Case

MISSES = 2000
"""Repeated or failed attempts in a row after which a kind of prompt counts as used up."""


def different(make: Callable[[int], Case | None]) -> Iterator[Case]:
    """Cases with different prompts; `make` gets the index of the case wanted and may fail with None.

    The index goes up only with a case, so that labels which follow the index stay balanced.
    """
    seen: set[str] = set()
    misses = 0
    while misses < MISSES:
        case = make(len(seen))
        if case is None or case.prompt in seen:
            misses += 1
            continue
        misses = 0
        seen.add(case.prompt)
        yield case
