"""The arguments of each intent, filled in from what was recognised in a clause and what the session knows."""

import re
from collections.abc import Callable

from pydantic import JsonValue

from agent.planner import capabilities, features, follow_ups
from agent.planner.dimensions import Wish, excluded
from agent.planner.plan import SessionView
from agent.planner.reading import Reading
from agent.planner.topics import explained, unknown_capability


class Ask(Exception):
    """What is needed for a plan was not said: the question to ask. It becomes a `clarify` plan."""


Arguments = dict[str, JsonValue]


def _run_benchmark(reading: Reading, view: SessionView) -> Arguments:
    wished = _wished(reading, view)
    model = reading.models[0] if reading.models else None
    step = reading.steps[0] if reading.steps else None
    dimensions: list[JsonValue] = [wish.arguments() for wish in wished]
    return {"dimensions": dimensions, "model": model, "step": step}


_EVERYTHING = re.compile(
    r"(?<!\w)(?:everything|all(?: (?:the )?(?:capabilit\w+|skills|dimensions))?|"
    r"anything|the lot|the rest|every capability|each capability)(?!\w)",
    re.IGNORECASE,
)
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
        return reading.wishes
    if view.last_card and not _general(reading):
        followed = follow_ups.followed(reading, view)
        if followed:
            return followed
    if _LEANS.search(text) and not view.last_card and not (reading.models or reading.steps):
        raise Ask(
            "There is no card yet to follow up on. Which capability shall "
            "I benchmark, e.g. cot_math, translation or refusal?"
        )
    guess = unknown_capability(reading)
    if isinstance(guess, str):
        raise Ask(guess)
    counts = capabilities.counts_in(text)
    if guess is not None:
        guess.n_prompts = counts[0][0] if counts else None
        return [guess]
    return []


_LEANS = re.compile(
    r"(?<!\w)(?:again|redo|re-?run|re-?do|repeat|once more|one more time|"
    r"same|ones|harder|easier|this time|double|halve|twice)(?!\w)",
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
        raise Ask("There is no card yet to break down. Which capability shall I benchmark first?")
    capability: str | None = None
    for mention in reading.mentions:
        dimension = follow_ups.dimension_of(card, mention.name)
        if dimension:
            capability = dimension.capability
            break
    of_card = [
        (d, name) for d, name in follow_ups.in_card(card, reading.rest) if capability in (None, d.capability)
    ]
    whole = {
        word for m in reading.mentions if m.name == capability for word in re.findall(r"\w+", m.text.lower())
    }
    of_card = [(d, name) for d, name in of_card if not set(name.split("_")) <= whole]
    if capability is None and of_card:
        capability = of_card[0][0].capability
    if capability is None and reading.mentions:
        capability = reading.mentions[0].name
    return {"capability": capability, "subtypes": [name for _, name in of_card]}


def _compare(reading: Reading, view: SessionView) -> Arguments:
    text = reading.unquoted
    models, steps = list(dict.fromkeys([*reading.models, *_model_paths(reading)])), list(reading.steps)
    if not models and not steps:
        if (
            re.search(
                r"(?<!\w)(?:all|every|each|across|the) (?:\w+ )?(?:checkpoints|steps)(?!\w)", text, re.I
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


def _model_paths(reading: Reading) -> list[str]:
    return [n.text for n in reading.names if n.kind == "path" and n.text not in reading.models]


def _run_named(reading: Reading, view: SessionView) -> Arguments:
    count = capabilities.counts_in(reading.rest)
    limit = re.search(
        r"(?<!\w)(?:first|limit(?: of| to|=)?|only|top)[ =:]*(\d+)(?!\w)", reading.rest, re.IGNORECASE
    )
    return {
        "name": reading.named[0].name if reading.named else "",
        "limit": int(limit.group(1)) if limit else count[0][0] if count else None,
    }


def _features(reading: Reading, view: SessionView) -> Arguments:
    numbers = list(reading.features.numbers)
    if not numbers:
        numbers = [int(n) for n in re.findall(r"(?<![\w.,])\d+(?![\w%]|\.\d)", reading.rest)]
    numbers = numbers or features.meant(reading.features, view)
    if not numbers:
        raise Ask("Which feature do you mean? Give its number, e.g. feature 421.")
    return {"features": list(numbers), "scores": list(reading.scores)}


def _relabel(reading: Reading, view: SessionView) -> Arguments:
    return _features(reading, view) | {"scores": []}


def _many_features(reading: Reading, view: SessionView) -> Arguments:
    if reading.features.too_many:
        raise Ask("That is more features than any SAE has. Which range shall I take?")
    return {"features": list(reading.features.numbers), "reading": reading.reading, "top": reading.top}


def _edit_benchmarks(reading: Reading, view: SessionView) -> Arguments:
    names: list[JsonValue] = (
        [] if reading.thirteen else list(dict.fromkeys(f.name for f in reading.edit_benchmarks))
    )
    file = next((p for p in reading.paths if p.lower().endswith((".json", ".jsonl", ".csv"))), None)
    return {"benchmarks": names} | ({"path": file} if file else {})


_AFTER_LOAD = re.compile(
    r"(?:load|use|switch(?: over)?(?: back)? to|open|change(?: \w+)* "
    r"to|go back to|take|select|pick|swap(?: in| to)?|import|read|attach|"
    r"inspect|look at|work with|try|fetch|download|put|set|get|grab|bring "
    r"(?:in|up)|mount|activate|analy[sz]e|ingest)(?: up)?"
    r"(?: (?:the|a|an|my|our|that|this|new|model|models|sae|sparse|autoencoder|"
    r"auto-encoder|data ?set|dataset|data|file|called|named|from|at|in|"
    r"to|with|on|hub|local|corpus|csv|jsonl|parquet|release|weights|folder|"
    r"hugging ?face|text|of|checkpoints?|run|directory|training))* (?P<x>\"[^\"]+\"|"
    r"'[^']+'|[^\s,;]+)",
    re.IGNORECASE,
)


def _named_after_load(reading: Reading, *ignored: str) -> str | None:
    match = _AFTER_LOAD.search(reading.raw) or _AFTER_LOAD.search(reading.text)
    if not match:
        return None
    name = match["x"].strip("\"'").rstrip(".!?")
    return (
        name
        if name.lower()
        not in {
            "it",
            "that",
            "this",
            "one",
            "model",
            "sae",
            "data",
            "dataset",
            "something",
            "please",
            "another",
            "different",
            "else",
            "models",
            "checkpoint",
            "as",
            *ignored,
        }
        else None
    )


def _load_model(reading: Reading, view: SessionView) -> Arguments:
    name = next(iter(reading.models or _model_paths(reading)), None)
    if name is None and re.search(
        r"(?<!\w)(?:default|embedded|built-?in|original)(?!\w)", reading.text, re.I
    ):
        name = "embedded"
    name = name or _named_after_load(reading)
    if name is None:
        raise Ask("Which model shall I load? Give a hub name, a folder, a GGUF file or `embedded`.")
    return {"model": name}


def _load_sae(reading: Reading, view: SessionView) -> Arguments:
    if re.search(r"(?<!\w)(?:demo|default|embedded|shipped|bundled|built-?in)(?!\w)", reading.text, re.I):
        return {"sae": "demo"}
    quoted = re.search(r"[\"']([^\"']+)[\"']", reading.raw)
    token = re.search(
        r"(?<![\w/])(?=\S*[-_/.\d])(?=\S*[a-zA-Z])[\w./~-]*\w(?![\w/])",
        re.sub(r"(?i)auto-encoder|sae[-_]?lens", " ", reading.raw),
    )
    name = (
        quoted.group(1)
        if quoted
        else (reading.paths[0] if reading.paths else token.group() if token else _named_after_load(reading))
    )
    if name is None:
        raise Ask("Which SAE shall I load? Give a SAELens release, a folder or `demo`.")
    return {"sae": name}


def _load_checkpoint(reading: Reading, view: SessionView) -> Arguments:
    paths = list(reading.paths)
    step = reading.steps[0] if reading.steps else None
    if step is None and not paths:
        quoted = re.search(r"[\"']([^\"']+)[\"']", reading.raw)
        if not quoted:
            raise Ask("Which checkpoint shall I load? Give its step or its path.")
        paths = [quoted.group(1)]
    return {"step": step, "path": paths[0] if paths else None}


def _load_dataset(reading: Reading, view: SessionView) -> Arguments:
    hub = [n.text for n in reading.names if n.kind in ("hub", "model")]
    quoted = re.search(r"[\"']([^\"']+)[\"']", reading.raw)
    path: str | None = next(iter(reading.paths or hub or ([quoted.group(1)] if quoted else [])), None)
    if path is None:
        before = re.search(
            r"(?<!\w)(?:the |my )?(?P<x>[\w./-]+) (?:data ?set|corpus)(?!\w)", reading.raw, re.IGNORECASE
        )
        path = (
            before["x"]
            if before
            and before["x"].lower()
            not in (
                "the",
                "a",
                "my",
                "this",
                "that",
                "new",
                "another",
                "load",
                "open",
                "different",
                "some",
                "hub",
                "training",
            )
            else _named_after_load(reading)
        )
    if path is None:
        raise Ask("Which data set shall I load? Give a file, a folder or a hub name.")
    return {"path": path}


def _export(reading: Reading, view: SessionView) -> Arguments:
    return {"format": reading.format, "path": reading.paths[0] if reading.paths else None}


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
    "run_edit_benchmarks": _edit_benchmarks,
    "load_model": _load_model,
    "load_sae": _load_sae,
    "load_checkpoint": _load_checkpoint,
    "load_dataset": _load_dataset,
    "export": _export,
    "explain": _explain,
}
