"""The time estimate, against numbers worked out by hand."""

import pytest

from tests.conftest import make_language_model
from tools.cases import Case
from tools.models import cost
from tools.models.cost import Rates, expected_seconds, measured_rates


def _cases(n: int, prompt: str) -> list[Case]:
    return [Case(id=str(i), prompt=prompt, subtype="a", difficulty="easy", target="b") for i in range(n)]


def test_reading_costs_two_operations_for_each_parameter_and_token(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_language_model()
    n = sum(parameter.numel() for parameter in model.model.parameters())
    monkeypatch.setattr(cost, "measured_rates", lambda device, dtype: Rates(flops=2.0 * n, bytes_per_s=1.0))
    # 3 prompts of 40 characters are 30 tokens; at one token a second with the overhead of 1.5: 45 s.
    assert expected_seconds(model, _cases(3, "x" * 40), "next_token") == pytest.approx(45.0)


def test_a_prompt_is_read_once_for_all_of_its_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_language_model()
    n = sum(parameter.numel() for parameter in model.model.parameters())
    monkeypatch.setattr(cost, "measured_rates", lambda device, dtype: Rates(flops=2.0 * n, bytes_per_s=1.0))
    case = Case(
        id="0", prompt="x" * 40, subtype="a", difficulty="easy", target="bbbb", choices=("bbbb", "cccc")
    )
    # 40 characters and two choices of 4 are 12 tokens; with the overhead of 1.5: 18 s.
    assert expected_seconds(model, [case], "next_token") == pytest.approx(18.0)


def test_writing_costs_a_step_for_each_token_of_every_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_language_model()
    n = sum(parameter.numel() for parameter in model.model.parameters())
    # Arithmetic is free, and reading all float32 parameters takes a second: a step is a second.
    monkeypatch.setattr(cost, "measured_rates", lambda device, dtype: Rates(flops=1e30, bytes_per_s=4.0 * n))
    # 25 prompts are two batches of 256 steps.
    assert expected_seconds(model, _cases(25, "x"), "partial_credit") == pytest.approx(1.5 * 512)


def test_rates_are_measured_here() -> None:
    model = make_language_model()
    rates = measured_rates(model.device, model.dtype)
    assert rates.flops > 1e8
    assert rates.bytes_per_s > 1e7
