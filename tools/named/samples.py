"""lm-eval's logged samples as cases with credits, and its metrics over all of them."""

import math
from collections.abc import Iterable
from typing import Any

from pydantic import JsonValue

from tools.cases import Case
from tools.named.tasks import Questions
from tools.results import Credit

PREFERRED = "acc_norm"
"""Where a task has it (ARC, HellaSwag, PIQA, ...), published figures are usually this one: the choice with the
highest log-probability for its length."""
CHOICE_METRICS = ("acc", "acc_norm")


def headline(task: Any, samples: list[dict[str, Any]]) -> tuple[str, str]:
    """The metric and the filter that make the score: `acc_norm` where there is one, else lm-eval's first of each."""
    first = samples[0]
    metrics = [name for name in task.aggregation() if name in first["metrics"]] or list(first["metrics"])
    usable = [name for name in metrics if _unit(first.get(name)) is not None]
    metric = PREFERRED if PREFERRED in usable else (usable or metrics)[0]
    return metric, str(first["filter"])


def aggregate(task: Any, samples: list[dict[str, Any]]) -> dict[str, JsonValue]:
    """Every metric by every filter over all samples, by the task's own aggregation; null where that fails."""
    totals: dict[str, JsonValue] = {}
    for filtered in dict.fromkeys(str(sample["filter"]) for sample in samples):
        chosen = [sample for sample in samples if str(sample["filter"]) == filtered]
        for metric, total in task.aggregation().items():
            values = [sample[metric] for sample in chosen if metric in sample]
            if not values:
                continue
            try:
                value = float(total(values))
            except (ArithmeticError, ValueError, TypeError, ImportError):
                value = math.nan
            totals[f"{metric}, {filtered}"] = value if math.isfinite(value) else None
    return totals


def as_credit(questions: Questions, sample: dict[str, Any], metric: str) -> Credit:
    """How one question went by `metric`; unscored where that is no number in [0, 1]."""
    value = _unit(sample.get(metric))
    others = {
        name: number
        for name in sample["metrics"]
        if name != metric and (number := _number(sample.get(name))) is not None
    }
    details: dict[str, JsonValue] = {"doc_id": sample["doc_id"], **others}
    output = _output(sample, metric)
    if questions.task.OUTPUT_TYPE == "generate_until":
        details["extracted"] = _text(sample["filtered_resps"][0])
    if value is None:
        reason = f"{metric} of a single question is no number in [0, 1]"
        return Credit(case_id=_id(questions, sample), unscored_reason=reason, output=output, details=details)
    return Credit(case_id=_id(questions, sample), value=value, output=output, details=details)


def as_case(questions: Questions, sample: dict[str, Any], metric: str) -> Case:
    """One question: the prompt as the model read it, few-shot examples included."""
    choices = _choices(sample)
    target = sample["target"]
    if choices and isinstance(target, int) and 0 <= target < len(choices):
        target = choices[target]
    return Case(
        id=_id(questions, sample),
        prompt=_text(sample["arguments"][0][0]),
        subtype=questions.name,
        difficulty="medium",  # lm-eval's tasks say nothing of it
        target=None if target is None else _text(target).strip(),
        choices=choices,
        chance=1 / len(choices) if choices and metric in CHOICE_METRICS else None,
    )


def _id(questions: Questions, sample: dict[str, Any]) -> str:
    return f"{questions.name}-{sample['doc_id']:05d}"


def _choices(sample: dict[str, Any]) -> tuple[str, ...]:
    """The continuations that were ranked after one prompt; () for anything else."""
    arguments = sample["arguments"]
    if len(arguments) < 2 or not all(len(each) == 2 and isinstance(each[1], str) for each in arguments):
        return ()
    if len({each[0] for each in arguments}) != 1:
        return ()
    choices = tuple(each[1].strip() for each in arguments)
    return choices if len(set(choices)) == len(choices) else ()


def _output(sample: dict[str, Any], metric: str) -> str | None:
    """What the model wrote, or the choice that it ranked first by `metric`."""
    choices, answers = _choices(sample), sample["filtered_resps"]
    if not choices:
        written = sample["resps"][0][0] if sample["resps"] and sample["resps"][0] else None
        return written if isinstance(written, str) else None
    lengths = [len(choice) for choice in choices] if metric == "acc_norm" else [1] * len(choices)
    totals = [float(answer[0]) / max(1, length) for answer, length in zip(answers, lengths, strict=False)]
    return choices[max(range(len(totals)), key=totals.__getitem__)] if totals else None


def _number(value: Any) -> float | None:
    if isinstance(value, str | bytes) or not hasattr(value, "__float__"):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _unit(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and 0.0 <= number <= 1.0 else None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable) and not isinstance(value, dict | bytes):
        return ", ".join(map(str, value))
    return str(value)
