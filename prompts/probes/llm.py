"""Candidate probes and other names of a subject from a language model, for relations that have no templates.

What it writes is material to check, nothing more: every line goes through `prompts.probes.checks` like any template.
"""

import re
from collections.abc import Iterator
from typing import Protocol

from prompts.instructions import filled, version
from prompts.probes.aliases import AliasAxis
from prompts.probes.checks import LONGEST_NAME, mentions
from prompts.probes.frames import frames
from tools.editing.probes import Axis
from tools.editing.request import EditRequest


class ProbeWriter(Protocol):
    """A language model, other than the one that is edited, that answers one prompt at a time."""

    @property
    def name(self) -> str:
        """What to call it in a probe set's source."""
        ...

    def answer(self, prompt: str, *, seed: int) -> str:
        """Its answer, raw. Raises UserError where it cannot be reached."""
        ...


WISHES: dict[Axis, str] = {
    "paraphrase": "states this fact in other words",
    "implied": "does not state the fact but only makes sense if it is so",
    "rewording": "expresses the relation in quite different words and sentence structure",
    "indirect_reference": "names the subject in a first sentence and states the fact in a second, with a pronoun",
    "same_subject": "is about another property of the subject, one that this fact does not bear on",
    "multi_hop": "gives a premise about somebody else from which, together with this fact, the answer follows",
    "inference": "looks at the fact from the other side, so that the answer has to be inferred from it",
    "active": "states the fact in the active voice",
    "passive": "states the fact in the passive voice",
    "question": "asks for the answer in a question",
    "zsre": "asks for the answer in a question",
    "fill_in": "asks to fill in the blank at the end of a sentence that states the fact",
    "sub_clause": "states the fact in a sub-clause of a longer sentence",
    "strong_paraphrase": "states the fact in a wording as far from the original as can be",
}
"""What a prompt on an axis does. Axes that are not here need no writer."""
NAMES: dict[AliasAxis, str] = {
    "nickname": "nicknames or short forms in common use",
    "abbreviation": "abbreviations in common use",
    "description": "descriptions that fit nothing else, such as 'the tower on the Champ de Mars',",
}
_MARK = re.compile(r"^\s*(?:[-*•>]+|\(?\d{1,2}[.):])\s*")
_OPEN_END = re.compile(r"(?:\s|\.{2,}|…|_{2,}|\[[^\]]*\]|:\s*$)+$")
_SPARE = 4


def prompts_on(axis: Axis, request: EditRequest, writer: ProbeWriter, n: int, *, seed: int) -> Iterator[str]:
    """What the writer offers for one axis, line by line, with the target and all after it cut off."""
    prompt = filled(
        _instructions(axis),
        statement=request.statement,
        subject=request.subject,
        target=request.target,
        wish=WISHES[axis],
        n=n + _SPARE,
    )
    answer = writer.answer(prompt, seed=seed)
    around = frames("zsre")
    for number, line in enumerate(_lines(answer)):
        if axis in ("question", "zsre"):
            question = line.split("?")[0].strip() + "?"
            yield around[number % len(around)].replace("{question}", question)
        else:
            yield _before_target(line, request.target)


def names_on(axis: AliasAxis, request: EditRequest, writer: ProbeWriter, *, seed: int) -> tuple[str, ...]:
    """Other names that the writer knows and that can be used: short, not the name itself, without the target."""
    prompt = filled("subject_names", names=NAMES[axis], subject=request.subject)
    answer = writer.answer(prompt, seed=seed)
    found = [line.rstrip(".").strip("\"'“”‘’ ") for line in _lines(answer)]
    return tuple(
        name
        for name in dict.fromkeys(found)
        if 1 < len(name) <= LONGEST_NAME // 2
        and name.casefold() != "none"
        and not mentions(name, request.subject)
        and not mentions(name, request.target)
    )


def can_write(axis: Axis) -> bool:
    """Whether an axis is one that a writer is asked for."""
    return axis in WISHES


def instructions_of(axis: Axis) -> str:
    """Name and version of the instructions that a writer is given for an axis."""
    return version(_instructions(axis))


def names_instructions() -> str:
    """Name and version of the instructions that other names are asked for with."""
    return version("subject_names")


def _instructions(axis: Axis) -> str:
    return "edit_probes_aside" if axis == "same_subject" else "edit_probes"


def _lines(answer: str) -> Iterator[str]:
    for line in answer.splitlines()[:40]:
        text = _MARK.sub("", line).strip()
        if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
            text = text[1:-1]
        if text and text.isprintable():
            yield " ".join(text.split())


def _before_target(line: str, target: str) -> str:
    """Writers often finish the sentence all the same: what comes before the target is the prompt."""
    at = line.casefold().rfind(target.casefold())
    cut = line[:at] if at > 0 else line
    return _OPEN_END.sub("", cut)
