"""Candidate probes for an edit of no known relation, made of its own prompt.

What cannot be had honestly without knowing what the relation means (implied wordings, passives, chains of facts) is
left out, with the reason.
"""

import random
import re
from collections.abc import Iterator, Sequence

from prompts.probes.forms import long_form, surface
from prompts.probes.frames import frames, spun
from prompts.probes.wording import Wording
from tools.editing.probes import Axis
from tools.editing.request import PLACE

SOURCE = "generic"
NOT_KNOWN = "the relation has no templates, so only the edit's own wording can be asked"
NOT_A_STATEMENT = f"{NOT_KNOWN}, and that does not begin with the subject"
NEEDS_MEANING: frozenset[Axis] = frozenset(
    {"implied", "rewording", "multi_hop", "inference", "passive", "strong_paraphrase"}
)
_QUESTION = re.compile(r"^(?:Q(?:uestion)?:\s*)?(?P<question>[^?]*\?)\s*(?:A(?:nswer)?:)?$")


def prompts_on(
    axis: Axis, wording: Wording, generator: random.Random, aliases: Sequence[str] = ()
) -> Iterator[str]:
    """Prompts of one axis made of the edit's own prompt; nothing where that cannot be done honestly."""
    if (question := _QUESTION.match(wording.request.prompt.strip())) is not None:
        yield from _of_question(axis, question["question"], wording, generator)
        return
    text = wording.request.text.strip()
    predicate = predicate_of(wording.request.prompt)
    match axis:
        case "direct":
            yield wording.request.text.strip()
        case "surface":
            yield from surface(wording, generator)
        case "paraphrase":
            yield from _in_context(text, generator)
        case "fill_in":
            yield from _around(text, "fill_in", "{clause}", generator)
        case "zsre":
            yield from _around(text, "complete", "{clause}", generator)
        case "question":
            for prompt in _around(text, "complete", "{clause}", generator):
                yield prompt.replace("Q:", "Question:", 1).removesuffix("A:") + "Answer:"
        case "same_subject":
            for template, _ in spun(frames("name_facts"), ("",), generator, rounds=1):
                yield wording.fill(template)
        case "long_form":
            yield from long_form(wording, generator)
        case "active" | "sub_clause" if predicate is not None:
            for frame in generator.sample(frames("sub_clauses"), len(frames("sub_clauses"))):
                clause = frame.replace("{clause}", "{} " + predicate)
                yield wording.fill(clause if axis == "sub_clause" else "{} " + predicate)
        case "indirect_reference" if predicate is not None:
            for intro, anaphor in spun(frames("intros"), frames("anaphors"), generator):
                yield wording.fill(f"{intro} {anaphor} {predicate}")
        case "nickname" | "abbreviation" | "description" if predicate is not None:
            for alias, context in spun(aliases, frames("contexts"), generator):
                yield f"{context} {wording.fill('{} ' + predicate, subject=alias)}"


def reason_without(axis: Axis, failure: str = "") -> str:
    """Why an axis has no generic probes, and what became of the LLM that was asked."""
    reason = NOT_KNOWN if axis in NEEDS_MEANING else NOT_A_STATEMENT
    return f"{reason}; the LLM gave no answer: {failure}" if failure else reason


def predicate_of(prompt: str) -> str | None:
    """What follows the subject, where the prompt is a sentence that begins with it; None where it is not."""
    before, _, after = prompt.strip().partition(PLACE)
    if before.strip().casefold() not in ("", "the") or not re.match(r" [a-z]+(?: |$)", after):
        return None
    return after.strip()


def _in_context(text: str, generator: random.Random) -> Iterator[str]:
    for context, quote in spun(frames("contexts"), frames("spoken"), generator, rounds=2):
        yield f"{context} {generator.choice((text, quote.replace('{sentence}', text)))}"


def _around(text: str, name: str, place: str, generator: random.Random) -> Iterator[str]:
    around = frames(name)
    for frame in generator.sample(around, len(around)):
        yield frame.replace(place, text)


def _of_question(axis: Axis, question: str, wording: Wording, generator: random.Random) -> Iterator[str]:
    """An edit whose prompt is a question is asked as one."""
    filled = wording.fill(question)
    match axis:
        case "direct":
            yield wording.request.text.strip()
        case "surface":
            yield from _around(filled, "asked", "{question}", generator)
        case "question":
            yield from _around(filled, "questions", "{question}", generator)
        case "zsre":
            yield from _around(filled, "zsre", "{question}", generator)
            for context, frame in spun(frames("contexts"), frames("zsre"), generator, rounds=1):
                yield f"{context} {frame.replace('{question}', filled)}"
        case "paraphrase":
            for context, frame in spun(frames("contexts"), frames("questions"), generator, rounds=2):
                yield f"{context} {frame.replace('{question}', filled)}"
        case "sub_clause":
            for name, frame in spun(frames("names"), frames("asked_by"), generator, rounds=1):
                yield frame.replace("{name}", name).replace("{question}", filled)
        case "same_subject":
            for template, _ in spun(frames("name_facts"), ("",), generator, rounds=1):
                yield wording.fill(template)
        case "long_form":
            yield from long_form(wording, generator)
