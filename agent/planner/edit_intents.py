"""Whether a clause asks for the benchmarks of an edit."""

import re

from agent.planner import senses
from agent.planner.edit_words import EDIT_WORD
from agent.planner.plan import SessionView
from agent.planner.reading import Reading

_I = re.IGNORECASE

_HOW_IT_WENT = re.compile(
    r"(?<!\w)(?:how (?:well|good|firmly|deep(?:ly)?)|whether|if) (?:it|that|this) (?:really |actually |has |is )?"
    r"(?:worked|works|stuck|sticks|holds?|held|took|takes|went|goes|gone|sits|settled|in there|in place|"
    r"good|solid)(?!\w)",
    _I,
)
LIKELY = 0.05
"""How likely retrieval has to find the edit benchmarks for what only their meaning speaks for."""
EDIT_QUALITY = re.compile(
    r"(?<!\w)(?:how (?:good|well|clean|robust|solid|bad|local|deep|reliable|"
    r"successful|durable)|good|any good|hold|held|stick|stuck|stay|take|"
    r"took|work(?:ed|ing)?|success\w*|evaluate|benchmark\w*|bench|test\w*|"
    r"check|score|assess|measure|quality|side[- ]effects?|collateral|"
    r"damage|break|broke|broken|harm|wreck\w*|disturb\w*|mess(?:ed)? "
    r"up|survive\w*|robust|local|clean|generali[sz]\w*|characteri[sz]e|"
    r"verify|validate|leak|bleed|suite|probes?|rate|grade|judge|spill\w*|"
    r"ruin\w*|hurt|shallow|sound)(?!\w)",
    _I,
)


def of_edits(reading: Reading, view: SessionView, likely: dict[str, float]) -> str | None:
    """The edit benchmarks."""
    text = reading.unquoted
    if reading.thirteen:
        return "run_edit_benchmarks"
    named = [
        m
        for m in reading.mentions
        if not (
            m.text.lower() in ("facts", "knowledge", "recall") and (view.last_edit or EDIT_WORD.search(text))
        )
    ]
    strong = reading.edit_benchmarks_called
    if strong and not named:
        return "run_edit_benchmarks"
    about_edit = EDIT_WORD.search(text)
    if (
        about_edit
        and (EDIT_QUALITY.search(text) or reading.edit_benchmarks)
        and not named
        and not re.search(r"(?<!\w)edited model(?!\w)", text, _I)
    ) and not re.match(r"^(?:what|how) (?:does|do|is|are) (?:editing|an edit|edits|weight edit)", text, _I):
        return "run_edit_benchmarks"
    if about_edit and strong:
        return "run_edit_benchmarks"
    if reading.edit_benchmarks and view.last_edit and not named and not view.last_card:
        return "run_edit_benchmarks"
    if (
        view.last_edit
        and not view.last_card
        and not named
        and re.search(
            r"^how (?:robust|clean|local|solid|deep|reliable|durable) is "
            r"(?:it|that)|^(?:how (?:good|well|bad)|did (?:it|that)|does "
            r"(?:it|that)|was (?:it|that)|is (?:it|that)|any (?:side|collateral)|"
            r"what did (?:it|that) break)\b.*(?:hold|stick|work|take|good|"
            r"generali|side effects?|damage|break|survive|clean|robust|go)",
            text,
            _I,
        )
    ):
        return "run_edit_benchmarks"
    if view.last_edit and not view.last_card and not named and _HOW_IT_WENT.search(text):
        return "run_edit_benchmarks"
    if (
        view.last_edit
        and not named
        and likely["run_edit_benchmarks"] > LIKELY
        and senses.meant("edit_benchmarks", senses.with_the_edit(text, view))
    ):
        return "run_edit_benchmarks"
    return None
