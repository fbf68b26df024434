"""What the terminal shows, in exact text on a console of fixed width, and that nothing hostile gets through."""

import io

import pytest
from rich.console import Console

from agent.doors.card_view import card_panel, worst_cases
from agent.doors.rendering import Renderer, in_words
from agent.events import Asked, CardReady, Failed, Planned, Said, TakenApart
from agent.planner.plan import Plan, Step
from prompts.suite import Suite
from sessions.card import CapabilityCard, build_dimension, capability_card
from sessions.context import Context
from sessions.drill_down import drill_down
from tools.cases import Case
from tools.results import Credit
from tools.run_suite import summarise

HOSTILE = "[red]x[/red] \x1b[31mred\x1b[0m \x1b]8;;http://evil\x07link \u202eabc [link=file:///etc]y[/link]"


def _console() -> Console:
    return Console(file=io.StringIO(), width=100, highlight=False, force_terminal=False)


def _text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _card(values: list[float | None], output: str = "42") -> CapabilityCard:
    cases = tuple(
        Case(id=f"c-{i}", prompt=f"prompt {i} {output}", subtype="ab"[i % 2], difficulty="easy", target="42")
        for i in range(len(values))
    )
    suite = Suite(capability="arithmetic", scoring="partial_credit", generator="test/1", seed=3, cases=cases)
    credits = [
        Credit(case_id=case.id, value=value, output=output)
        if value is not None
        else Credit(case_id=case.id, unscored_reason=f"no {output}")
        for case, value in zip(cases, values, strict=True)
    ]
    scores = summarise(cases, credits, "partial_credit")
    dimension = build_dimension(suite, credits, scores, {})
    context = Context(
        kind="model_inspection", model=output, weights_hash="f" * 64, dtype="float32", device="cpu"
    )
    return capability_card([dimension], session="s-1", request="how good?", context=context, duration_s=1.5)


def test_a_card_shows_score_interval_n_method_subtypes_and_provenance() -> None:
    console = _console()
    console.print(card_panel(_card([1.0, 0.0, 1.0, 0.0])))
    shown = _text(console)
    # Wilson's 95 % interval of 2 in 4 is 0.150 to 0.850.
    for expected in (
        "overall 50.0",
        "4 prompts",
        "15–85",
        "partial_credit",
        "  a ",
        "100.0",
        "seed 3",
        "f" * 12,
    ):
        assert expected in shown


def test_a_dimension_with_nothing_scored_says_so_and_why() -> None:
    console = _console()
    console.print(card_panel(_card([None, None])))
    assert "overall unscored" in _text(console)
    assert "2 unscored: no 42" in _text(console)


@pytest.mark.parametrize("draw", [card_panel, worst_cases])
def test_hostile_model_output_is_shown_and_not_obeyed(draw: object) -> None:
    console = _console()
    console.print(draw(_card([0.0, 0.5], HOSTILE)))  # type: ignore[operator]
    shown = _text(console)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[red]" in shown


@pytest.mark.parametrize("event", [Said(HOSTILE), Asked(HOSTILE, "meaning"), Failed(HOSTILE, HOSTILE)])
def test_hostile_text_in_an_event_is_shown_and_not_obeyed(event: Said | Asked | Failed) -> None:
    renderer = Renderer(_console())
    renderer.show(event)
    assert "\x1b" not in _text(renderer.console)
    assert "[red]x[/red]" in _text(renderer.console)


def test_a_plan_is_told_in_one_line() -> None:
    plan = Plan(
        intent="run_benchmark",
        arguments={
            "dimensions": [{"capability": "cot_math", "method": None, "n_prompts": 5, "subtypes": []}]
        },
        confidence=0.9,
        planner="embedded",
        then=[Step(intent="export", arguments={"format": "html", "path": None})],
    )
    assert in_words(plan) == "run benchmark (dimensions: cot_math 5), then export (format: html)"


def test_a_failure_is_remembered_for_the_exit_code() -> None:
    renderer = Renderer(_console())
    renderer.show(CardReady(_card([1.0])))
    assert not renderer.failed
    renderer.show(Failed("No.", "Try."))
    assert renderer.failed
    renderer.show(Planned(Plan(intent="help", confidence=1.0, planner="embedded")))
    assert "→ help" in _text(renderer.console)


def test_a_score_taken_apart_shows_subtypes_and_cases_and_lets_nothing_hostile_through() -> None:
    console = _console()
    Renderer(console).show(TakenApart(drill_down(_card([0.0, 1.0, None], output=HOSTILE))))
    text = _text(console)
    assert "arithmetic 50.0" in text
    assert "0.00 a · easy · wanted 42" in text
    assert "unscored a · easy" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
