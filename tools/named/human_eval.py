"""HumanEval as cases for `pass_at_1`: the model's code runs in our own sandbox, never in this process.

Source: Chen et al. (2021), "Evaluating Large Language Models Trained on Code"; the columns are those of the
authors' HumanEval.jsonl.gz and of the hub's openai/openai_humaneval.
"""

from typing import Any

from tools.cases import Case
from tools.data.load import load_data
from tools.errors import UserError
from tools.named.index import NamedBenchmarkError
from tools.progress import Report

DATA = "openai/openai_humaneval"
COLUMNS = ("task_id", "prompt", "test", "entry_point")


def human_eval_cases(source: str | None, limit: int | None, report: Report) -> tuple[list[Case], str]:
    """The problems in order, at most `limit`, and the data's fingerprint; None: the hub's data set.

    Raises NamedBenchmarkError where the data is missing or has not HumanEval's columns.
    """
    try:
        data = load_data(source or DATA, report)
    except UserError as error:
        if source is not None:
            raise
        raise NamedBenchmarkError(
            f"humaneval needs the data set {DATA}, which is not on this machine, and the hub cannot be reached.",
            "Connect, or start with --data HumanEval.jsonl.gz (from github.com/openai/human-eval).",
        ) from error
    missing = [column for column in COLUMNS if column not in data.columns]
    if missing:
        raise NamedBenchmarkError(
            f"{data.name} is not HumanEval: it has no column {missing[0]!r}.",
            f"Its columns are: {', '.join(COLUMNS)}.",
        )
    cases: list[Case] = []
    for row in data.rows(COLUMNS, report):
        if limit is not None and len(cases) == limit:
            break
        cases.append(_case(row, data.name))
    if len({case.id for case in cases}) != len(cases):
        raise NamedBenchmarkError(f"{data.name} has the same task_id twice.", "Check the file.")
    return cases, data.fingerprint


def _case(row: tuple[Any, ...], name: str) -> Case:
    if not all(isinstance(value, str) and value for value in row):
        raise NamedBenchmarkError(f"A row of {name} lacks one of {', '.join(COLUMNS)}.", "Check the file.")
    task_id, prompt, test, entry_point = row
    return Case(
        id=task_id,
        prompt=prompt,
        subtype="humaneval",
        difficulty="medium",
        entry_point=entry_point,
        tests=f"{test}\n\ncheck({entry_point})\n",
    )
