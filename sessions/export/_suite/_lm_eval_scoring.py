"""Reads the cases of this folder and gives each the credit of Benchwright's method next_token.

It is copied beside the task and runs where Benchwright is not installed.
"""

import json
import math
from pathlib import Path
from typing import Any


def documents(**_: object) -> dict[str, Any]:
    """The cases as lm-eval's test split."""
    from datasets import Dataset

    text = (Path(__file__).parent / "cases.jsonl").read_text(encoding="utf-8")
    return {"test": Dataset.from_list([json.loads(line) for line in text.split("\n") if line])}


def only_continuation(doc: dict[str, Any]) -> str:
    """What follows the prompt of a cloze case."""
    return str(doc["continuations"][0])


def credit(doc: dict[str, Any], results: list[tuple[float, bool]]) -> dict[str, float | None]:
    """Cloze: the joint probability of the target. Choices: 1 where the target is the likeliest, None for a tie."""
    log_probs = [log_prob for log_prob, _ in results]
    if any(math.isnan(log_prob) for log_prob in log_probs):
        return {"credit": None}
    target, best = log_probs[doc["target"]], max(log_probs)
    if doc["cloze"]:
        return {"credit": min(1.0, math.exp(target))}
    if target == best and log_probs.count(best) > 1:
        return {"credit": None}
    return {"credit": float(target == best)}


def mean_of_scored(credits: list[float | None]) -> float:
    """The mean of the cases that have a credit; NaN, as lm-eval has it, where none has."""
    scored = [credit for credit in credits if credit is not None]
    return sum(scored) / len(scored) if scored else math.nan
