"""The arguments of the edit benchmarks: which of them, over which file, and how many of its records."""

import re

from pydantic import JsonValue

from agent.planner import senses
from agent.planner.catalogue import table
from agent.planner.loading import Arguments
from agent.planner.plan import SessionView
from agent.planner.reading import Reading


def edit_benchmarks(reading: Reading, view: SessionView) -> Arguments:
    names: list[JsonValue] = [] if reading.thirteen else [*_edit_benchmarks_meant(reading, view)]
    file = next((p for p in reading.paths if p.lower().endswith((".json", ".jsonl", ".csv"))), None)
    if file is None and _OWN_FACTS.search(reading.unquoted):
        file = "own-facts"
    limit = _SOME_EDITS.search(reading.unquoted)
    limit = limit if file or (limit and _OF_A_FILE.search(reading.unquoted)) else None
    return (
        {"benchmarks": names}
        | ({"path": file} if file else {})
        | ({"limit": int(next(filter(None, limit.groups())))} if limit else {})
    )


def _edit_benchmarks_meant(reading: Reading, view: SessionView) -> list[str]:
    """The edit benchmarks that are named, told by what they look at, or left when some are taken out."""
    names = list(dict.fromkeys(f.name for f in reading.edit_benchmarks))
    if not names and (reading.paths or _OWN_FACTS.search(reading.unquoted)):
        return []
    if not names:
        told = senses.meant("edit_benchmarks", senses.with_the_edit(reading.unquoted, view))
        return [told] if told else []
    first = min(f.span[0] for f in reading.edit_benchmarks)
    if _ALL_BUT.search(reading.rest[:first]) or _LEFT_OUT.match(reading.rest, first):
        return [name for name in table("measures")["edit_benchmarks"] if name not in names]
    return names


_ALL_BUT = re.compile(
    r"(?<!\w)(?:(?:all|every\w*|the (?:rest|others|lot|whole \w+|full \w+)|any\w*|13|12|benchmarks?|"
    r"tests?|suite|battery)"
    r"(?: \w+){0,4},? (?:but(?: not| for)?|except(?: for)?|excluding|without|minus|besides|apart from|"
    r"other than|save|"
    r"bar|skipping|leaving out)|(?:skip|leave out|drop|omit|exclude|not|no need for))(?: (?:the|for|any))*[ ,:]*$",
    re.IGNORECASE,
)
"""What stands before the edit benchmarks that are to be left out (`all but`)."""
_LEFT_OUT = re.compile(
    r"[\w -]{2,40}?,? (?:can be (?:left out|skipped|dropped|omitted)|(?:is|are) not needed|(?:you can|can) skip)",
    re.IGNORECASE,
)
_OF_A_FILE = re.compile(r"(?<!\w)(?:first \d+|records|rows|lines|entries)(?!\w)", re.IGNORECASE)
_OWN_FACTS = re.compile(r"(?<![\w-])(?:own|shipped|built[- ]in)[- ]facts(?![\w-])", re.IGNORECASE)
_SOME_EDITS = re.compile(
    r"(?<![\w.,/-])(?:first )?(?P<n>\d{1,9}) (?:of (?:the )?)?(?:edits|facts|rows|records|lines|entries|items|"
    r"examples|cases|samples|them|those|these)(?!\w)|"
    r"(?<!\w)(?:first|only|just|limit(?: of| to|=|:)?|top|at most|up to|max(?:imum)?(?: of)?) "
    r"?(?P<first>\d{1,9})(?![\w.])|"
    r"(?<![\w.,/-])(?P<will>\d{1,9}) (?:will do|(?:is|are) (?:enough|plenty)|suffices?|max(?:imum)?|at "
    r"most|only|tops)"
    r"(?!\w)",
    re.IGNORECASE,
)
"""How many of a file: `the first 50 edits in FILE`, `FILE, first 12`."""
