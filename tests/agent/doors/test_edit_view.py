"""What the edit panels show, on a console of fixed width, and that nothing hostile gets through."""

import io

import pytest
from rich.console import Console, RenderableType

from agent.doors.edit_benchmarks_view import edit_benchmarks_panel, probes_of, result_line
from agent.doors.edit_view import edit_panel, edits_table
from agent.doors.rendering import Renderer
from agent.events import Benchmarked, CardReady
from sessions.ledger import LedgerEntry
from tests.sessions.cards.edit_samples import (
    BASE,
    EDITED,
    benchmarks_card,
    check,
    edit_card,
    probe,
    rejected_card,
    result,
)
from tools.errors import StoreError

HOSTILE = "[red]x[/red] \x1b[31mred\x1b[0m \x1b]8;;http://evil\x07link \u202eabc [link=file:///etc]y[/link]"


def shown(made: RenderableType, width: int = 150) -> str:
    file = io.StringIO()
    Console(file=file, width=width, highlight=False, force_terminal=False).print(made)
    return " ".join(file.getvalue().replace("│", " ").split())


def test_an_edit_shows_probability_beside_its_own_words_and_every_check() -> None:
    text = shown(edit_panel(edit_card()))
    for expected in (
        "committed · The Eiffel Tower is located in → Berlin",
        "p(Berlin) the model goes on: The Eiffel Tower is located in",
        "before 0.000 the heart of Paris",
        "after 0.940 Berlin, Germany.\\n\\nThe answer",
        "holds over paraphrases passed 0.810 0.500 As asked.",
        "behaviour stable not measured - 0.500",
        "No sign of a disabling edit (repetition).",
        "layer 8, model.layers.8.mlp.down_proj · ‖ΔW‖/‖W‖ 0.0887",
        "weights abababababab → cdcdcdcdcdcd",
        "paraphrases from relation templates: located in · 2.5 s",
        "kept as /tmp/edits/e-0011223344.safetensors",
    ):
        assert expected in text, expected


def test_a_rejected_edit_says_what_failed_by_how_much_and_which_weights_there_are() -> None:
    sign = check("repetition", 0.9, False, "90 % are repetitions.")
    text = shown(edit_panel(rejected_card(disabling_signs=(sign,))))
    assert "rolled back ·" in text
    assert "Not passed: holds over paraphrases: 0.20 of 0.50: failed by 0.300." in text
    assert "Sign of a disabling edit, repetition: 90 % are repetitions." in text
    assert "FAILED 0.200 0.500" in text
    assert "kept as" not in text


def test_each_benchmark_has_a_row_and_portability_its_parts() -> None:
    text = shown(edit_benchmarks_panel(benchmarks_card()))
    for expected in (
        "2 of 3 passed · The Eiffel Tower is located in → Berlin",
        "80.0 70–90 1.0 50.0 50.0 pass 2",
        "30.0 20–40 1.0 50.0 FAIL 2",
        "template",
        "alias -",
        "100.0 90–100 - - – 2",
        "zsRE - - 50.0 n/a 0",
        "Reading: General, but ripples on the subject.",
        "zsRE: Unscored: no alias is known.",
        "SequentialCollapseThreshold, before: None.",
        "the weights are cdcdcdcdcdcd again, proven by hash",
    ):
        assert expected in text, expected


def test_on_eighty_columns_names_and_numbers_are_whole() -> None:
    text = shown(edit_benchmarks_panel(benchmarks_card()), width=80)
    assert "…" not in text
    for name in ("SequentialCollapseThreshold", "PortabilitySubMetrics", "100.0 90–100 - - – 2"):
        assert name in text


def test_a_partial_card_says_so() -> None:
    assert "Stopped early: 5 benchmarks had their turn." in shown(
        edit_benchmarks_panel(benchmarks_card(partial=True))
    )


def test_a_result_in_a_line() -> None:
    assert shown(result_line(result("EditBench", 0.8))) == "passed EditBench 80.0 (70–90), before 1.0"
    assert shown(result_line(result("zsRE", None))) == "unscored zsRE Unscored: no alias is known."


def test_probes_show_both_probabilities_and_both_continuations() -> None:
    text = shown(probes_of(benchmarks_card(), "editbench"))
    assert "0.900 0.010 0.900 The tower is in Berlin Paris Berlin" in text
    assert text.index("The tower is in") < text.index("You find the tower in")


def test_the_probes_of_a_benchmark_with_parts_stand_by_part() -> None:
    mixed = (
        probe("b", 0.1, group="template"),
        probe("a", 0.2, group="alias"),
        probe("c", 0.3, group="template"),
    )
    text = shown(
        probes_of(benchmarks_card(result("PortabilitySubMetrics", 0.2, probes=mixed)), "portability")
    )
    assert text.index(" a Berlin") < text.index(" b Berlin") < text.index(" c Berlin")
    assert text.count("template") == 1


def test_without_a_name_the_worst_probes_of_every_benchmark_are_shown() -> None:
    text = shown(probes_of(benchmarks_card()))
    assert text.index("You find the tower in") < text.index("The tower is in")
    assert "not Berlin" in text  # of RippleBench, where it should not come


def test_a_benchmark_that_is_not_on_the_card_is_told() -> None:
    with pytest.raises(StoreError) as caught:
        probes_of(benchmarks_card(), "beauty")
    assert "EditBench" in caught.value.next_step


def test_nothing_that_came_from_outside_is_markup_or_a_control_sequence() -> None:
    hostile = probe(HOSTILE, 0.5, continuation_after=HOSTILE, continuation_before=HOSTILE, target=HOSTILE)
    card = benchmarks_card(
        result("EditBench", 0.5, probes=(hostile,), explanation=HOSTILE),
        reading=HOSTILE,
        probe_source=HOSTILE,
    )
    edit = edit_card(
        subject=HOSTILE, target=HOSTILE, continuation_before=HOSTILE, continuation_after=HOSTILE, file=HOSTILE
    )
    for made in (
        edit_panel(edit),
        edit_benchmarks_panel(card),
        probes_of(card),
        probes_of(card, "editbench"),
    ):
        text = shown(made)
        assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
        assert "[red]x[/red]" in text


def test_the_edits_of_a_session_are_listed_with_what_became_of_them() -> None:
    entry = LedgerEntry(
        id="e-0011223344",
        session="s-000000",
        request_key="s-000000-1.0",
        card="c-0011223344",
        subject="The Eiffel Tower",
        prompt="{} is located in",
        target="Berlin",
        layer=8,
        base_hash=BASE,
        edited_hash=EDITED,
        norm_ratio=None,
        file="/tmp/e.safetensors",
    )
    text = shown(edits_table([entry, entry.model_copy(update={"status": "rolled back"})]))
    assert (
        "e-0011223344 active The Eiffel Tower is located in → Berlin cdcdcdcdcdcd /tmp/e.safetensors" in text
    )
    assert "e-0011223344 rolled back" in text
    assert "no edits yet" in shown(edits_table([]))


def test_results_and_edit_cards_are_rendered_as_events() -> None:
    console = Console(file=io.StringIO(), width=150, highlight=False)
    renderer = Renderer(console)
    for event in (
        Benchmarked(result("EditBench", 0.8)),
        CardReady(edit_card()),
        CardReady(benchmarks_card()),
    ):
        renderer.show(event)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert text.index("passed   EditBench") < text.index("committed ·") < text.index("2 of 3 passed")
    assert not renderer.failed
