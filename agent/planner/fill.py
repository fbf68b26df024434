"""The arguments of each intent, filled in from what was recognised in a clause and what the session knows."""

import re
from collections.abc import Callable

from pydantic import JsonValue

from agent.planner import capabilities, features, follow_ups, senses
from agent.planner.edit_arguments import edit_benchmarks
from agent.planner.fill_benchmark import run_benchmark
from agent.planner.llm_wishes import rejected_in
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
from agent.planner.topics import explained


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
    "run_benchmark": run_benchmark,
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
