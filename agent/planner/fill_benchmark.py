"""The arguments of a benchmark: its dimensions, as named, as on the last card, or none for the default card."""

import re

from pydantic import JsonValue

from agent.planner import capabilities, follow_ups
from agent.planner.dimensions import excluded
from agent.planner.llm_wishes import judge_in
from agent.planner.loading import Arguments, Vague, model_paths
from agent.planner.plan import SessionView
from agent.planner.reading import Reading
from agent.planner.topics import unknown_capability
from agent.planner.wish import Wish


def run_benchmark(reading: Reading, view: SessionView) -> Arguments:
    wished = _wished(reading, view)
    listed = [path for path in model_paths(reading) if not reading.format] or reading.models
    model = listed[0] if listed else None
    step = reading.steps[0] if reading.steps else None
    dimensions: list[JsonValue] = [wish.arguments() for wish in wished]
    return {"dimensions": dimensions, "model": model, "step": step, **judge_in(reading.unquoted)}


_FRAGMENT = re.compile(
    r"(?<!\w)(?:just|only|ones|again|same|this time|instead|now|redo|"
    r"re-?run|but|focus|restrict|limit|narrow|zoom)(?!\w)",
    re.IGNORECASE,
)


def _wished(reading: Reading, view: SessionView) -> list[Wish]:
    """The dimensions: those named, those of the last card in a follow-up, or none for the default card."""
    text = reading.rest
    left_out = excluded(text)
    if left_out and not reading.wishes:
        if (
            view.last_card
            and view.last_card.dimensions
            and {d.capability for d in view.last_card.dimensions} & set(left_out)
        ):
            return follow_ups.followed(reading, view) or []
        model_side = [
            name for name in capabilities.known() if name not in capabilities.DATA and name not in left_out
        ]
        counts = capabilities.counts_in(text)
        return [Wish(name, (0, 0), n_prompts=counts[0][0] if counts else None) for name in model_side]
    if reading.wishes:
        card = view.last_card
        of_card = follow_ups.in_card(card, text) if card else []
        dimensions = {d.capability for d in card.dimensions} if card else set()
        narrowed = [w for w in reading.wishes if w.capability not in dimensions]
        if (
            of_card
            and len(narrowed) == len(reading.wishes)
            and _FRAGMENT.search(text)
            and not re.search(r"(?<!\w)reasoning(?!\w)", text, re.I)
        ):
            return follow_ups.followed(reading, view) or reading.wishes
        if card:
            follow_ups.name_as_in_card(reading.wishes, card, text)
        return reading.wishes
    if view.last_card and not _general(reading):
        followed = follow_ups.followed(reading, view)
        if followed:
            return followed
    if (
        _LEANS.search(text)
        and not _STANDARD.search(text)
        and not view.last_card
        and not (reading.models or reading.steps)
    ):
        raise Vague(
            "There is no card yet to follow up on. Which capability shall "
            "I benchmark, e.g. cot_math, translation or refusal?"
        )
    guess = unknown_capability(reading)
    if isinstance(guess, str):
        raise Vague(guess)
    counts = capabilities.counts_in(text)
    if guess is not None:
        guess.n_prompts = counts[0][0] if counts else None
        slices = capabilities.subtypes_in(text, capabilities.subtypes_of(guess.capability))
        guess.subtypes = list(dict.fromkeys(one.name for one in slices))
        return [guess]
    return []


_LEANS = re.compile(
    r"(?<!\w)(?:again|redo|re-?run|re-?do|repeat|once more|one more time|"
    r"same|ones|harder|easier|this time|double|halve|twice)(?!\w)",
    re.IGNORECASE,
)


_STANDARD = re.compile(
    r"(?<!\w)(?:default|standard|usual|normal|regular|full)(?: \w+)? "
    r"(?:benchmarks?|cards?|suites?|tests?|evals?|evaluation|run|battery|set)(?!\w)",
    re.IGNORECASE,
)


def _general(reading: Reading) -> bool:
    """Whether the whole model is meant afresh, not the last card again."""
    text = reading.unquoted
    return (
        bool(
            re.search(
                r"(?<!\w)(?:benchmark|evaluate|test|assess|score|how good is|default|standard|full)(?!\w)",
                text,
                re.I,
            )
        )
        and not _FRAGMENT.search(text)
        and not _LEANS.search(text)
        and not re.search(r"\d", reading.rest)
    )
