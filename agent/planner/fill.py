"""The arguments of each intent, filled in from what was recognised in a clause and what the session knows."""

import re
from collections.abc import Callable

from pydantic import JsonValue

from agent.planner import capabilities, features, follow_ups, senses
from agent.planner.dimensions import excluded
from agent.planner.edit_arguments import edit_benchmarks
from agent.planner.llm_wishes import judge_in, rejected_in
from agent.planner.loading import (
    Arguments,
    Ask,
    Vague,
    load_checkpoint,
    load_dataset,
    load_model,
    load_sae,
    model_paths,
)
from agent.planner.plan import SessionView
from agent.planner.quotes import blank
from agent.planner.reading import Reading
from agent.planner.topics import explained, unknown_capability
from agent.planner.wish import Wish


def _run_benchmark(reading: Reading, view: SessionView) -> Arguments:
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


def _drill_down(reading: Reading, view: SessionView) -> Arguments:
    card = view.last_card
    if card is None:
        raise Vague("There is no card yet to break down. Which capability shall I benchmark first?")
    capability: str | None = None
    for mention in reading.mentions:
        dimension = follow_ups.dimension_of(card, mention.name)
        if dimension:
            capability = dimension.capability
            break
    of_card = [
        (d, name) for d, name in follow_ups.in_card(card, reading.rest) if capability in (None, d.capability)
    ]
    own = set((capability or "").split("_"))
    whole = {
        word
        for m in reading.mentions
        if m.name == capability and own & set(re.findall(r"[a-z]+", m.text.lower()))
        for word in re.findall(r"\w+", m.text.lower())
    }
    of_card = [(d, name) for d, name in of_card if not set(name.split("_")) <= whole]
    if capability is None and of_card:
        capability = of_card[0][0].capability
    if capability is None and reading.mentions:
        capability = reading.mentions[0].name
    subtypes: list[JsonValue] = [name for _, name in of_card]
    return {"capability": capability, "subtypes": subtypes, **rejected_in(reading.unquoted)}


def _compare(reading: Reading, view: SessionView) -> Arguments:
    text = reading.unquoted
    models, steps = list(dict.fromkeys([*reading.models, *model_paths(reading)])), list(reading.steps)
    if not models and not steps:
        if (
            re.search(
                r"(?<!\w)(?:all|every|each|across|the) (?:\w+ )?(?:checkpoint|step)s?(?!\w)", text, re.I
            )
            and view.steps
        ):
            steps = sorted(view.steps)
        elif view.steps and (
            numbers := [
                int(n) for n in re.findall(r"(?<![\w.])\d+(?![\w.])", reading.rest) if int(n) in view.steps
            ]
        ):
            steps = numbers
        else:
            raise Ask("Compare with which model or checkpoint step?")
    return {"models": list(models), "steps": list(steps)}


def named_limits(reading: Reading) -> dict[str, int | None]:
    """Each standardised benchmark named, with its limit: the number nearest to it, or the one number for all."""
    text = reading.rest
    counts = capabilities.counts_in(text)
    first = re.search(
        r"(?<!\w)(?:first|limit(?: of| to|=)?|only|top)[ =:]*(?P<n>\d+)(?!\w)", text, re.IGNORECASE
    )
    if first and all(span != first.span("n") for _, span in counts):
        counts = [*counts, (int(first["n"]), first.span("n"))]
    if len(counts) < 2:
        return dict.fromkeys((one.name for one in reading.named), counts[0][0] if counts else None)
    ahead = counts[0][1][0] < reading.named[0].span[0]  # `100 of gsm8k and 50 of piqa`
    limits: dict[str, int | None] = {}
    for one in reading.named:
        near = [n for n, (a, b) in counts if (b <= one.span[0] if ahead else a >= one.span[1])]
        limits.setdefault(one.name, (near[-1] if ahead else near[0]) if near else None)
    return limits


def _run_named(reading: Reading, view: SessionView) -> Arguments:
    if not reading.named:
        raise Ask("Which benchmark shall I run? Give its name, e.g. gsm8k or hellaswag.")
    name, limit = next(iter(named_limits(reading).items()))
    return {"name": name, "limit": limit}


def _features(reading: Reading, view: SessionView) -> Arguments:
    if reading.features.impossible:
        raise Ask(
            f"No feature has the number {reading.features.impossible}: they count from 0. Which one do you mean?"
        )
    numbers = list(reading.features.numbers)
    if not numbers:
        numbers = [int(n) for n in re.findall(r"(?<![\w.,-])\d+(?![\w%]|\.\d)", reading.rest)]
    numbers = numbers or features.meant(reading.features, view)
    if not numbers:
        raise Ask("Which feature do you mean? Give its number, e.g. feature 421.")
    scores: list[JsonValue] = [*reading.scores] or _scores_meant(reading)
    return {"features": list(numbers), "scores": scores}


def _scores_meant(reading: Reading) -> list[JsonValue]:
    """The one score that a question about a feature means without naming it."""
    text = re.sub(
        r"(?: *\x00)+", " the feature ", blank(reading.text, reading.features.spans, "\x00")
    ).strip()
    meant = senses.meant("feature_scores", " ".join(text.split()))
    return [meant] if meant else []


def _relabel(reading: Reading, view: SessionView) -> Arguments:
    return _features(reading, view) | {"scores": []}


def _many_features(reading: Reading, view: SessionView) -> Arguments:
    if reading.features.too_many:
        raise Ask("That is more features than any SAE has. Which range shall I take?")
    kind = reading.reading or (
        None
        if reading.features.numbers or len(reading.unquoted.split()) < 4
        else senses.meant("readings", reading.unquoted)
    )
    return {"features": list(reading.features.numbers), "reading": kind, "top": reading.top}


_WHAT = (
    (
        "thread",
        r"thread|conversation|discussion|exchange|dialog(?:ue)?|chat(?: log)?|(?:whole|entire|full) session|"
        r"session log|everything (?:that )?we (?:talk|discuss|sa)\w+",
    ),
    ("suite", r"suites?|(?:the |these |those |its |all )(?:test )?prompts|lm[-_ ]?eval\w*|test set"),
)


def _export(reading: Reading, view: SessionView) -> Arguments:
    words = reading.rest if reading.format == "lm_eval" else reading.unquoted
    what = "suite" if reading.format == "lm_eval" else None
    for name, said in _WHAT:
        if re.search(rf"(?<!\w)(?:{said})(?!\w)", words, re.IGNORECASE):
            what = name
            break
    arguments: Arguments = {"format": reading.format, "path": reading.paths[0] if reading.paths else None}
    return arguments | ({"what": what} if what else {})


def _rollback(reading: Reading, view: SessionView) -> Arguments:
    every = re.search(
        r"(?<!\w)(?:all(?! right)|every|everything|each|both)(?!\w)",
        re.sub(
            r"(?<!\w)(?:edit|change) (?:of|about|on|for|to) .*$", "", reading.unquoted, flags=re.IGNORECASE
        ),
        re.IGNORECASE,
    )
    return {"all": True} if every else {}


def _explain(reading: Reading, view: SessionView) -> Arguments:
    return {"topic": explained(reading)}


ARGUMENTS: dict[str, Callable[[Reading, SessionView], Arguments]] = {
    "run_benchmark": _run_benchmark,
    "drill_down": _drill_down,
    "compare": _compare,
    "run_named_benchmark": _run_named,
    "score_feature": _features,
    "relabel_feature": _relabel,
    "sweep_features": _many_features,
    "list_features": _many_features,
    "run_edit_benchmarks": edit_benchmarks,
    "load_model": load_model,
    "load_sae": load_sae,
    "load_checkpoint": load_checkpoint,
    "load_dataset": load_dataset,
    "export": _export,
    "rollback_edit": _rollback,
    "explain": _explain,
}
