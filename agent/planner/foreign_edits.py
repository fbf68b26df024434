"""Edits asked for in languages that the catalogue describes by whole forms (`edits.toml`)."""

import re

from agent.planner.catalogue import table
from agent.planner.edit_forms import ASK_FACT, Unclear
from agent.planner.fact import Fact, capitalised, made_fact
from agent.planner.languages import language


def foreign_edit(body: str) -> Fact | Unclear | None:
    """The fact that `body` asks to be edited in; Unclear where only the asking is understood."""
    name = language(body)
    entry = table("edits").get(name) if name else None
    if entry is None:
        return None
    text = body.strip().rstrip(".!。").strip()
    for form, prompt in entry["whole"]:
        if (match := re.fullmatch(form, text, re.IGNORECASE)) and (fact := _fact(match, prompt)):
            return fact
    lead = re.match(entry["lead"], text, re.IGNORECASE)
    if lead is None:
        return None
    for form, prompt in entry["forms"]:
        if (match := re.fullmatch(form, text[lead.end() :], re.IGNORECASE)) and (
            fact := _fact(match, prompt)
        ):
            return fact
    return Unclear(ASK_FACT)


def _fact(match: re.Match[str], prompt: str) -> Fact | None:
    filled = re.sub(r"<(\w)>", lambda slot: match[slot.group(1)] or "", prompt)
    return made_fact(match["s"], capitalised(filled.strip()), match["t"])
