"""An edit card and a card of edit benchmarks, small enough to check by hand."""

from typing import Any

from sessions.card import EditBenchmark, EditBenchmarksCard, EditCard, EditReference, ValidationRow
from tests.sessions.samples import CONTEXT
from tools.editing.benchmark_result import ProbeRow

BASE, EDITED = "ab" * 32, "cd" * 32


def check(
    name: str, value: float | None, passed: bool | None, explanation: str = "As asked."
) -> ValidationRow:
    """A check with the threshold 0.5."""
    return ValidationRow(check=name, value=value, threshold=0.5, passed=passed, explanation=explanation)


def edit_card(**fields: Any) -> EditCard:
    """A committed edit, but for the given fields."""
    given = {
        "session": "s-000000",
        "request": "make the model think the Eiffel Tower is in Berlin",
        "context": CONTEXT,
        "duration_s": 2.5,
        "subject": "The Eiffel Tower",
        "prompt": "{} is located in",
        "target": "Berlin",
        "layer": 8,
        "module": "model.layers.8.mlp.down_proj",
        "committed": True,
        "validation": (check("holds over paraphrases", 0.81, True), check("behaviour stable", None, None)),
        "base_hash": BASE,
        "edited_hash": EDITED,
        "p_before": 0.0003,
        "p_after": 0.94,
        "continuation_before": " the heart of Paris",
        "continuation_after": " Berlin, Germany.\n\nThe answer",
        "norm_ratio": 0.0887,
        "disabling_signs": (check("repetition", 0.1, True),),
        "settings": {"v_lr": 0.5},
        "details": {"steps": [13]},
        "paraphrases_from": "relation templates: located in",
        "edit": "e-0011223344",
        "file": "/tmp/edits/e-0011223344.safetensors",
        "imported_from": None,
    }
    return EditCard(**(given | fields))


def rejected_card(**fields: Any) -> EditCard:
    """An edit that did not pass."""
    failed = check("holds over paraphrases", 0.2, False, "0.20 of 0.50: failed by 0.300.")
    return edit_card(
        **{"committed": False, "validation": (failed,), "edit": None, "file": None, **fields},
    )


def probe(prompt: str, credit: float, **fields: Any) -> ProbeRow:
    """A probe whose target should be Berlin."""
    given = {
        "axis": "direct",
        "prompt": prompt,
        "target": "Berlin",
        "p_before": 0.01,
        "p_after": credit,
        "credit": credit,
        "continuation_before": " Paris",
        "continuation_after": " Berlin",
    }
    return ProbeRow(**(given | fields))


def result(name: str, score: float | None, **fields: Any) -> EditBenchmark:
    """A benchmark that passes at 0.5."""
    given = {
        "name": name,
        "score": score,
        "before": None if score is None else 0.01,
        "interval": None if score is None else (max(0.0, score - 0.1), min(1.0, score + 0.1)),
        "n": 0 if score is None else 2,
        "threshold": 0.5,
        "passed": None if score is None else score >= 0.5,
        "explanation": "Mean p(new)." if score is not None else "Unscored: no alias is known.",
    }
    return EditBenchmark(**(given | fields))


def benchmarks_card(*results: EditBenchmark, **fields: Any) -> EditBenchmarksCard:
    """EditBench passed, RippleBench failed, Portability with parts, one unscored and one reported."""
    parts = {
        "template": {"score": 0.6, "before": 0.0},
        "alias": {"score": None, "reason": "no alias"},
    }
    given = {
        "session": "s-000000",
        "request": "how good was that edit?",
        "context": CONTEXT,
        "duration_s": 40.0,
        "edit": EditReference(
            id="e-0011223344",
            subject="The Eiffel Tower",
            prompt="{} is located in",
            target="Berlin",
            layer=8,
            base_hash=BASE,
            edited_hash=EDITED,
            file="/tmp/edits/e-0011223344.safetensors",
            card="c-0011223344",
        ),
        "results": results
        or (
            result(
                "EditBench",
                0.8,
                probes=(probe("The tower is in", 0.9), probe("You find the tower in", 0.7)),
                details={"free_generation": {"before": 0.0, "after": 0.5, "n": 2}},
            ),
            result("RippleBench", 0.3, probes=(probe("The tower is painted", 0.3, is_positive=False),)),
            result("PortabilitySubMetrics", 0.6, details={"parts": parts}),
            result(
                "SequentialCollapseThreshold",
                1.0,
                threshold=None,
                passed=None,
                before=None,
                before_note="None.",
            ),
            result("zsRE", None),
        ),
        "reading": "General, but ripples on the subject.",
        "probe_source": "relation templates: located in",
        "seed": 1000,
        "settings": {"v_lr": 0.5},
        "partial": False,
        "weights_after": EDITED,
    }
    return EditBenchmarksCard(**(given | fields))
