"""A task for lm-evaluation-harness: a folder with the task, the cases and the few lines of Python that read them.

`lm_eval --include_path FOLDER --tasks NAME` runs it with the credits of `next_token`: a suite of cloze cases as
`loglikelihood` (credit = joint probability of the target), one with choices as `multiple_choice` (credit 1 where
the target has the highest log-probability, ties left out; a cloze case in it is a single continuation). Other
methods rest on code of Benchwright (sandbox, judge, reference steps) and are refused.
"""

import json
import re
from collections.abc import Sequence
from importlib import resources

from prompts.suite import Suite
from tools.cases import Case
from tools.errors import StoreError
from tools.scoring.next_token import with_space

EXTENSION = ""

WHY_NOT = {
    "partial_credit": "it gives credit for intermediate results, which lm-eval does not know",
    "pass_at_1": "generated code runs in Benchwright's sandbox",
    "rouge_l": "lm-eval has no ROUGE-L of its own",
    "binary": "refusals and instructions are judged by Benchwright's checks",
    "divergence": "it scores the distribution of all answers, and not each case",
}


def render(suite: Suite) -> dict[str, bytes]:
    """The files of the task's folder. Raises StoreError for a method that lm-eval cannot express."""
    if suite.scoring != "next_token":
        reason = WHY_NOT.get(suite.scoring, "lm-eval has no such method")
        raise StoreError(
            f"The method {suite.scoring} cannot be written as an lm-eval task: {reason}.",
            "Export the suite as jsonl; of the methods here, next_token can be an lm-eval task.",
        )
    unusable = [case.id for case in suite.cases if not _is_usable(case)]
    if unusable:
        raise StoreError(
            f"Case {unusable[0]} cannot be scored: no target, or choices that are not all different.",
            "Export the suite as jsonl.",
        )
    name = task_name(suite)
    return {
        f"{name}.yaml": _task(suite, name).encode(),
        "cases.jsonl": _documents(suite.cases).encode(),
        "scoring.py": resources.files(__package__).joinpath("_lm_eval_scoring.py").read_bytes(),
        "README.md": _readme(suite, name).encode(),
    }


def _is_usable(case: Case) -> bool:
    distinct = all(case.choices) and len(set(case.choices)) == len(case.choices)
    return bool(case.target) and distinct and (not case.choices or case.target in case.choices)


def task_name(suite: Suite) -> str:
    """What lm-eval calls it, e.g. `benchwright_factual_recall_80cd9949d6e9`."""
    return f"benchwright_{re.sub(r'[^a-z0-9_]', '_', suite.capability.lower())}_{suite.hash[:12]}"


def _documents(cases: Sequence[Case]) -> str:
    """One document a line; continuations come with the space that belongs before them."""
    lines = []
    for case in cases:
        continuations = [with_space(case.prompt, choice) for choice in case.choices or (case.target or "",)]
        document = {
            "id": case.id,
            "subtype": case.subtype,
            "prompt": case.prompt,
            "continuations": continuations,
            "target": case.choices.index(case.target or "") if case.choices else 0,
            "cloze": not case.choices,
        }
        lines.append(json.dumps(document))
    return "\n".join(lines) + "\n"


def _task(suite: Suite, name: str) -> str:
    """The task's YAML. JSON strings are YAML strings, so text from the suite cannot become anything else."""
    if any(case.choices for case in suite.cases):
        kind = "multiple_choice\ndoc_to_choice: continuations\ndoc_to_target: target"
    else:
        kind = "loglikelihood\ndoc_to_target: !function scoring.only_continuation"
    return f"""task: {json.dumps(name)}
custom_dataset: !function scoring.documents
test_split: test
output_type: {kind}
doc_to_text: prompt
target_delimiter: ""
num_fewshot: 0
process_results: !function scoring.credit
metric_list:
  - metric: credit
    aggregation: !function scoring.mean_of_scored
    higher_is_better: true
metadata:
  version: 1
  suite: {json.dumps(suite.hash)}
  generator: {json.dumps(suite.generator)}
"""


def _readme(suite: Suite, name: str) -> str:
    return f"""# {name}

{len(suite.cases):,} cases of `{suite.generator}` (seed {suite.seed}), suite {suite.hash}.

    lm_eval --model hf --model_args pretrained=MODEL,dtype=float32 --include_path . --tasks {name}

`credit` is the score of Benchwright's method next_token, on 0 to 1. Run it without a chat template.
"""
