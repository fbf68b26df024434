"""The regression panel as text: scores by step, marks, sentences, at the width of a small terminal."""

from collections.abc import Mapping, Sequence
from io import StringIO

from rich.console import Console

from agent.doors.regressions_view import regressions_panel, sparkline
from sessions.card import RegressionsCard
from sessions.regressions import regressions_card
from tests.sessions import samples
from tests.sessions.test_regressions import make_run, make_suite


def _card(rights: Mapping[str, Sequence[int]], training_run: str = "runs/a") -> RegressionsCard:
    """Of 10 cases, how many were right at steps 0, 50, 100 and so on."""
    tracked = []
    for capability, counts in rights.items():
        suite = make_suite(capability)
        tracked.append(
            (suite, [make_run(number, 50 * number, suite, right) for number, right in enumerate(counts)])
        )
    return regressions_card(
        tracked,
        training_run=training_run,
        session="s-000000",
        request="did anything get worse?",
        context=samples.CONTEXT,
        duration_s=1.0,
    )


def _shown(card: RegressionsCard, width: int = 80) -> str:
    console = Console(width=width, file=StringIO(), record=True)
    console.print(regressions_panel(card))
    return console.export_text()


def test_scores_stand_under_their_steps_with_the_marks_and_the_best_step() -> None:
    shown = _shown(_card({"factual_recall": [9, 9, 0], "refusal": [0, 9, 9], "arithmetic": [4, 5, 4]}))
    rows = [line.strip("│").rstrip() for line in shown.splitlines()]
    assert "  step                0     50    100 best" in rows
    assert "  factual_recall   90.0   90.0   0.0↓    0" in rows
    assert "  ▇▇▁             60–98  60–98   0–28" in rows
    assert "  refusal           0.0   90.0  90.0↑   50" in rows
    assert "  arithmetic       40.0   50.0   40.0   50" in rows


def test_drops_and_rises_are_told_and_a_panel_without_drops_says_so() -> None:
    both = " ".join(_shown(_card({"factual_recall": [9, 0], "refusal": [0, 9]}), 200).split())
    assert "factual_recall fell by 90.0 from step 0 to 50 (9 cases worse, 0 better, p = 0.0078)." in both
    assert "refusal rose by 90.0 from step 0 to 50 (9 cases better, 0 worse, p = 0.0078)." in both
    assert "lost nothing" not in both
    rise = _shown(_card({"refusal": [0, 9]}), 200)
    assert "lost nothing that paired tests call real (1 tests" in rise
    assert "rose by 90.0" in rise


def test_many_steps_are_thinned_out_to_what_a_small_terminal_holds() -> None:
    shown = _shown(_card({"instruction_following": [10 - i // 4 for i in range(40)]}))
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert " 0 " in shown
    assert " 1950 " in shown
    assert "instruction_following" in shown


def test_markup_in_the_name_of_a_run_is_text() -> None:
    assert "[bold]runs[/bold]" in _shown(_card({"refusal": [5, 5]}, training_run="[bold]runs[/bold]\x1b[2J"))


def test_a_sparkline_has_a_dot_where_there_is_no_score() -> None:
    assert sparkline([0.0, None, 100.0, 50.0]) == "▁·█▅"
