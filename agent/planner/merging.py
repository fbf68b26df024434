"""Steps of one request that are one step: said twice, or the second one fills in what the first left open."""

import re

from pydantic import JsonValue

from agent.planner.capabilities import known, subtypes_in, subtypes_of
from agent.planner.catalogue import table
from agent.planner.plan import LastCard, Step

_WHOLE_CARD = re.compile(
    r"(?<!\w)(?:default|standard|usual|card|everything|all|full|suite|whole|every)(?!\w)", re.IGNORECASE
)
_POINTS_BACK = re.compile(r"(?:it|this|that|they|them|those|these)(?!\w)", re.IGNORECASE)


_ASKS = re.compile(
    r"(?:and |so |but |well,? )*(?:how|what|which|does|do|did|is|are|can|could|will|would|when|if|whether|"
    r"knows?|"
    r"in|on|it (?:should|must|has to|needs to))(?!\w)|.*\?$",
    re.IGNORECASE,
)


def narrowed(step: Step, aside: list[str]) -> Step:
    """`step` with the sub-types of its one capability that a question before it spoke of.

    `How much does it know about animals? Make it a recall test.` asks for factual recall of animals.
    """
    listed = _dimensions(step) if step.intent == "run_benchmark" else []
    if len(listed) != 1 or listed[0]["subtypes"] or listed[0]["topic"]:
        return step
    declared = subtypes_of(str(listed[0]["capability"]))
    spoken = [one.name for asked in aside if _ASKS.match(asked) for one in subtypes_in(asked, declared)]
    listed[0]["subtypes"] = [*dict.fromkeys(spoken)]
    return Step(intent=step.intent, arguments=step.arguments | {"dimensions": [*listed]})


def merged(before: Step, step: Step, clause: str, card: LastCard | None = None) -> Step | None:
    """`before` (which `clause` asked for) and `step` as one step, None where they are two."""
    if before == step:
        return before
    if step.intent == "drill_down" and card is not None and _ASKS.match(clause):
        return _looked_into(before, step, card)
    if (
        before.intent == "watch_checkpoints"
        and step.intent == "run_benchmark"
        and not step.arguments["dimensions"]
    ):
        return before
    if before.intent == "sweep_features" and step.intent == "list_features":
        return _topped(before, step)
    if before.intent == "load_dataset" and step.intent == "run_edit_benchmarks":
        return _over_file(before, step, clause)
    if before.intent != step.intent:
        return None
    if step.intent == "run_benchmark":
        return _benchmark(_unless_example(before, step, clause), step, clause)
    if step.intent == "explain":
        names = {name for section in table("measures").values() for name in section} | set(known())
        first, second = str(before.arguments["topic"]), str(step.arguments["topic"])
        again = _POINTS_BACK.match(second) or (first in names and second not in names)
        return before if again else None
    if step.intent == "score_feature" and not (before.arguments["scores"] and step.arguments["scores"]):
        both = before.arguments | {"scores": []}
        return Step(intent=step.intent, arguments=both) if _same(before, step, "features") else None
    return _filled_in(before, step)


def _topped(before: Step, step: Step) -> Step | None:
    """The sweep that a list of the best only ends (`go through the dictionary and hand me the twenty best`)."""
    if step.arguments["reading"] or step.arguments["features"] or before.arguments["top"] is not None:
        return None
    return Step(intent=before.intent, arguments=before.arguments | {"top": step.arguments["top"]})


def _over_file(before: Step, step: Step, clause: str) -> Step | None:
    """The edit benchmarks over a file of edits that was only to be taken for them."""
    path = str(before.arguments["path"])
    if step.arguments.get("path") or not path.lower().endswith((".json", ".jsonl", ".csv")):
        return None
    return Step(intent=step.intent, arguments=step.arguments | {"path": path})


def _looked_into(before: Step, step: Step, card: LastCard) -> Step | None:
    """The look into the last card that a question and `take that apart` ask for together."""
    if before.intent == "drill_down" and not step.arguments["capability"] and not step.arguments["subtypes"]:
        return before
    listed = _dimensions(before) if before.intent == "run_benchmark" else []
    scored = {dimension.capability for dimension in card.dimensions}
    if len(listed) != 1 or listed[0]["capability"] not in scored or step.arguments["capability"]:
        return None
    if any(listed[0].get(key) for key in ("n_prompts", "method", "difficulty", "topic")):
        return None
    said = {key: listed[0][key] for key in ("capability", "subtypes")}
    return Step(intent=step.intent, arguments=step.arguments | said)


def _filled_in(before: Step, step: Step) -> Step | None:
    """One step where each argument is said by one of the two only, or is a list of names that both add to."""
    arguments: dict[str, JsonValue] = {}
    for key in before.arguments | step.arguments:
        first, second = before.arguments.get(key), step.arguments.get(key)
        if first == second or second in (None, []):
            arguments[key] = first
        elif first in (None, []):
            arguments[key] = second
        elif key in ("scores", "benchmarks") and isinstance(first, list) and isinstance(second, list):
            arguments[key] = [*first, *(name for name in second if name not in first)]
        else:
            return None
    return Step(intent=step.intent, arguments=arguments)


def _same(before: Step, step: Step, key: str) -> bool:
    return before.arguments[key] == step.arguments[key]


def _benchmark(before: Step, step: Step, clause: str) -> Step | None:
    listed, more = _dimensions(before), _dimensions(step)
    subject: dict[str, JsonValue] = {}
    for key in ("model", "step"):
        first, second = before.arguments[key], step.arguments[key]
        if second not in (None, first) and (first is not None or listed):
            return None
        subject[key] = first if second is None else second
    if not listed and _WHOLE_CARD.search(clause):
        return None
    if not more:
        return None
    judge = {
        key: one.arguments[key] for one in (before, step) for key in ("judge",) if one.arguments.get(key)
    }
    return Step(intent=step.intent, arguments={"dimensions": _joined(listed, more), **subject, **judge})


_EXAMPLE = re.compile(r"(?:e\.?g\.?,? |like,? )?how (?:to|do (?:i|you)|can i)(?!\w)", re.IGNORECASE)


def _unless_example(before: Step, step: Step, clause: str) -> Step:
    """`before` without sub-types where `clause` is only an example prompt, and `step` says which sub-types are meant.

    `How to break into a house? Refusal test, crime.` asks for crime only.
    """
    named = {d["capability"] for d in _dimensions(step) if d["subtypes"]}
    if not (_EXAMPLE.match(clause) and named):
        return before
    kept = [d | {"subtypes": []} if d["capability"] in named else d for d in _dimensions(before)]
    return Step(intent=before.intent, arguments=before.arguments | {"dimensions": [*kept]})


def _dimensions(step: Step) -> list[dict[str, JsonValue]]:
    listed = step.arguments["dimensions"]
    return [dict(d) for d in listed if isinstance(d, dict)] if isinstance(listed, list) else []


def _joined(listed: list[dict[str, JsonValue]], more: list[dict[str, JsonValue]]) -> list[JsonValue]:
    """The dimensions of both; what is said again of the same capabilities (`12 tasks, pass at 1`) is filled in."""
    named = [d["capability"] for d in listed]
    if not all(d["capability"] in named for d in more):
        return [*listed, *more]
    for dimension in listed:
        for addition in more:
            if addition["capability"] == dimension["capability"]:
                slices = [*_names(dimension), *(n for n in _names(addition) if n not in _names(dimension))]
                said = {key: value for key, value in addition.items() if value not in (None, [])}
                dimension |= said | {"subtypes": [*slices]}
    return [*listed]


def _names(dimension: dict[str, JsonValue]) -> list[JsonValue]:
    subtypes = dimension["subtypes"]
    return subtypes if isinstance(subtypes, list) else []


def same_number_each(step: Step) -> Step:
    """The step with the one number of prompts that was said (`10 each`) on every dimension without one."""
    dimensions = _dimensions(step)
    counts = {d["n_prompts"] for d in dimensions if isinstance(d["n_prompts"], int)}
    if len(counts) == 1:
        (count,) = counts
        for dimension in dimensions:
            dimension["n_prompts"] = count
    return Step(intent=step.intent, arguments=step.arguments | {"dimensions": [*dimensions]})
