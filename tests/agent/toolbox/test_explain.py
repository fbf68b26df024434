"""Measures are found by what people call them."""

import pytest

from agent.toolbox.explain import find_measure
from tools.errors import UserError


@pytest.mark.parametrize(
    ("topic", "module"),
    [
        ("MUI", "tools.features.mui"),
        ("Model Utilization Index", "tools.features.mui"),
        ("interp score", "tools.features.interp_score"),
        ("FeaturePurityScore", "tools.features.purity"),
        ("pass@1", "tools.scoring.pass_at_1"),
        ("ROUGE-L", "tools.scoring.rouge_l"),
        ("how partial credit works", "tools.scoring.partial_credit"),
        ("log-prob", "tools.scoring.next_token"),
        ("KL divergence", "tools.scoring.divergence"),
        ("RippleBench", "tools.edit_benchmarks.ripple_bench"),
        ("zsRE", "tools.edit_benchmarks.zsre"),
        ("how portability is computed", "tools.edit_benchmarks.portability_sub_metrics"),
        ("cot math", "prompts.capabilities.cot_math"),
        ("refusel", "prompts.capabilities.refusal"),
    ],
)
def test_a_topic_finds_its_measure(topic: str, module: str) -> None:
    assert find_measure(topic).__name__ == module


def test_what_is_no_measure_is_refused_with_what_there_is() -> None:
    with pytest.raises(UserError, match="no definition") as caught:
        find_measure("the weather")
    assert "partial_credit" in caught.value.next_step
