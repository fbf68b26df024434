"""Cards within what a model's context can hold, and progress that only rises."""

import json
from itertools import pairwise

import pytest

from agent.answer import Answer
from agent.doors.mcp_call import Rising
from agent.doors.mcp_results import LARGEST_CARD, LONGEST_TEXT, result_of, shortened
from sessions.card import CapabilityCard
from tests.sessions import samples
from tests.sessions.export.card_samples import one_of_each
from tools.progress import Progress


def _with_cases(n_dimensions: int, n_cases: int, length: int) -> CapabilityCard:
    card = samples.card()
    dimension = card.dimensions[0]
    case = dimension.cases[0].model_copy(update={"output": "x" * length})
    larger = dimension.model_copy(update={"cases": (case,) * n_cases})
    return card.model_copy(update={"dimensions": (larger,) * n_dimensions})


@pytest.mark.parametrize("kind", one_of_each())
def test_a_card_that_fits_is_whole(kind: str) -> None:
    card = one_of_each()[kind]
    assert len(card.model_dump_json()) < LARGEST_CARD
    assert shortened(card) == card.model_dump(mode="json")


@pytest.mark.parametrize(
    ("n_dimensions", "n_cases", "length"), [(1, 500, 10), (6, 24, 3_000), (13, 200, 5_000), (200, 3, 100)]
)
def test_a_card_that_is_too_large_loses_cases_and_says_how_many(
    n_dimensions: int, n_cases: int, length: int
) -> None:
    card = _with_cases(n_dimensions, n_cases, length)
    short = shortened(card)
    assert len(json.dumps({**short, "left_out": {}})) <= LARGEST_CARD
    assert short["overall"] == card.overall
    assert short["left_out"]


def test_scores_stay_when_cases_have_to_go() -> None:
    card = _with_cases(6, 200, 5_000)
    short = shortened(card)
    assert len(short["dimensions"]) == 6
    for index, dimension in enumerate(short["dimensions"]):
        assert dimension["score"] == card.dimensions[index].score
        assert len(dimension["cases"]) + short["left_out"][f"dimensions.{index}.cases"] == 200


def test_the_text_of_an_answer_is_cut_and_shows_controls() -> None:
    result = result_of(Answer(text="\x1b[2J" + "long " * LONGEST_TEXT), "ask", "s-1")
    text = result.content[0].text  # type: ignore[union-attr]
    assert text.startswith("\\x1b[2J")
    assert len(text) < LONGEST_TEXT + 100
    assert "get_card" in text


def test_progress_rises_over_tasks_that_begin_again() -> None:
    rising = Rising()
    steps = [
        ("load", 0, None),
        ("load", 1, 1),
        ("a", 0, 10),
        ("a", 7, 10),
        ("a", 7, 10),
        ("b", 2, 4),
        ("b", 0, 4),
    ]
    told = [rising(Progress(task, done, total)) for task, done, total in steps]
    values = [value for value, _ in told]
    assert all(earlier < later for earlier, later in pairwise(values))
    assert all(total is None or value <= total for value, total in told)
    # One of one loaded, then seven of ten: eight of eleven.
    assert told[3] == (pytest.approx(8, abs=0.01), pytest.approx(11, abs=0.01))
