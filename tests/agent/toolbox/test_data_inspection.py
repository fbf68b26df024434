"""Data inspection in conversation: which column, against what, and the card."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from agent.conversation import Conversation
from agent.events import Asked, CardReady, Failed, Said
from tests.agent.scripted import ScriptedPlanner, scripted_conversation, step
from tests.agent.scripted import folder as folder
from tools.scoring.divergence import divergence_score

LABELS = ["positive"] * 50 + ["neutral"] * 30 + ["negative"] * 20


def balance(topic: str | None = None, model: str | None = None) -> Any:
    return step("run_benchmark", dimensions=[{"capability": "label_balance", "topic": topic}], model=model)


DIVERSITY = step("run_benchmark", dimensions=[{"capability": "data_diversity"}])
PLANS = {
    "are the labels balanced?": [balance()],
    "label balance of sentiment": [balance("sentiment")],
    "label balance of sentimant": [balance("sentimant")],
    "balance of the column sentimant?": [balance()],
    "label balance of sentiment against 50/30/20": [balance("sentiment", "50/30/20")],
    "label balance of sentiment against positive=20, neutral=30, negative=50": [balance("sentiment")],
    "label balance of sentiment against positive=50, negative=50": [balance("sentiment")],
    "label balance of sentiment against 50/50": [balance("sentiment")],
    "label balance of sentiment against the column gold": [balance("gold")],
    "label balance of sentiment against other.csv": [balance("sentiment")],
    "label balance of sentiment against the moon": [balance("sentiment")],
    "label balance of number": [balance("number")],
    "how diverse are the reviews?": [DIVERSITY],
    "how diverse are the numbers?": [DIVERSITY],
    "how biased are its labels?": [balance(model="embedded")],
    "what is loaded?": [step("show_context")],
    "load more.csv": [step("load_dataset", path="more.csv")],
}


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    path = tmp_path / "reviews.csv"
    lines = [
        f"{number},The soup number {number} was cold.,{label},{LABELS[(number + 7) % 100]}"
        for number, label in enumerate(LABELS)
    ]
    path.write_text(
        "\n".join(["number,review,sentiment,gold", *lines, "100,One more soup.,,positive"]) + "\n"
    )
    return path


@pytest.fixture
def talk(folder: Path, reviews: Path) -> Conversation:
    return scripted_conversation(folder, ScriptedPlanner(PLANS), data=str(reviews))


def card_of(talk: Conversation, request: str) -> dict[str, Any]:
    cards = [event.card for event in talk.send(request) if isinstance(event, CardReady)]
    assert len(cards) == 1
    return json.loads(cards[0].model_dump_json())


def dimension_of(talk: Conversation, request: str) -> dict[str, Any]:
    (dimension,) = card_of(talk, request)["dimensions"]
    return dimension


def failure(talk: Conversation, request: str) -> str:
    (failed,) = [event for event in talk.send(request) if isinstance(event, Failed)]
    return f"{failed.message} {failed.next_step}"


def test_the_card_is_about_the_data_and_counts_all_of_it(talk: Conversation) -> None:
    card = card_of(talk, "label balance of sentiment")

    expected = divergence_score({"positive": 50, "neutral": 30, "negative": 20}, dict.fromkeys(LABELS, 1.0))
    (dimension,) = card["dimensions"]
    assert (card["kind"], card["context"]["kind"], card["context"]["data"]) == (
        "capability",
        "data_inspection",
        "reviews.csv",
    )
    assert card["context"]["model"] is None
    assert (dimension["capability"], dimension["method"]) == ("label_balance", "divergence")
    assert expected.value is not None and expected.interval is not None
    assert dimension["score"] == pytest.approx(100 * expected.value)
    assert dimension["interval"] == pytest.approx([100 * bound for bound in expected.interval])
    assert dimension["details"]["bias_corrected"] == expected.details["bias_corrected"]
    assert (dimension["n"], dimension["n_unscored"]) == (100, 1)
    assert dimension["details"]["top"] == {"positive": 50, "neutral": 30, "negative": 20}
    assert (dimension["details"]["rows"], dimension["details"]["missing"]) == (101, 1)
    assert len(dimension["cases"]) == 100
    assert dimension["cases"][0]["prompt"] == "The soup number 0 was cold."
    assert talk.card().id == card["id"]


def test_the_shown_rows_of_a_large_file_are_few(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("label\n" + "".join(f"{number % 4}\n" for number in range(5_000)))
    talk = scripted_conversation(folder, ScriptedPlanner(PLANS), data=str(path))

    dimension = dimension_of(talk, "are the labels balanced?")

    assert (dimension["n"], len(dimension["cases"]), dimension["score"]) == (5_000, 200, 100.0)


def test_a_reference_is_read_from_the_request(talk: Conversation, reviews: Path) -> None:
    by_size = dimension_of(talk, "label balance of sentiment against 50/30/20")
    named = dimension_of(talk, "label balance of sentiment against positive=20, neutral=30, negative=50")
    column = dimension_of(talk, "label balance of sentiment against the column gold")

    assert by_size["score"] == pytest.approx(100)
    assert "largest for the most frequent" in by_size["settings"]["reference"]
    # KL = 0.5 ln(0.5/0.2) + 0.2 ln(0.2/0.5) = 0.3 ln 2.5 = 0.27489; the largest is -ln 0.2 = 1.60944.
    assert named["score"] == pytest.approx(100 * (1 - 0.27489 / 1.60944), abs=0.01)
    assert column["details"]["reference"]["positive"] == pytest.approx(51 / 101)


def test_another_file_is_a_reference_and_unseen_categories_leave_no_score(
    talk: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.csv").write_text("sentiment\n" + "positive\nneutral\n" * 5)

    dimension = dimension_of(talk, "label balance of sentiment against other.csv")

    assert dimension["score"] is None
    assert "does not have 'negative'" in dimension["explanation"]


@pytest.mark.parametrize(
    ("request_text", "told"),
    [
        ("label balance of sentimant", "reviews.csv has no column 'sentimant'. The nearest: sentiment."),
        (
            "balance of the column sentimant?",
            "reviews.csv has no column 'sentimant'. The nearest: sentiment.",
        ),
        ("label balance of number", "The column 'number' has a different value in each of its 101 rows"),
        ("label balance of sentiment against 50/50", "The reference has 2 shares, the column 3 categories."),
        ("label balance of sentiment against positive=50, negative=50", "names no share for 'neutral'"),
        ("label balance of sentiment against the moon", "'the moon' is no reference that is understood."),
        ("how diverse are the numbers?", "The column 'number' holds"),
    ],
)
def test_bad_wishes_are_told_in_one_sentence(talk: Conversation, request_text: str, told: str) -> None:
    assert told in failure(talk, request_text)


def test_without_a_name_the_column_with_a_telling_one_is_taken_and_said(talk: Conversation) -> None:
    events = list(talk.send("are the labels balanced?"))

    assert any(isinstance(event, CardReady) for event in events)
    assert any(
        isinstance(event, Said) and "Column 'sentiment' of reviews.csv" in event.text for event in events
    )


def test_without_a_telling_name_the_choices_are_asked(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("first,second\n" + "a,x\nb,y\n" * 10)
    talk = scripted_conversation(folder, ScriptedPlanner(PLANS), data=str(path))

    events = list(talk.send("are the labels balanced?"))

    assert [event.question for event in events if isinstance(event, Asked)] == [
        "Which column holds the labels: first, second?"
    ]
    assert not any(isinstance(event, CardReady) for event in events)


def test_diversity_measures_the_text_column_and_tells_its_sample(talk: Conversation) -> None:
    dimension = dimension_of(talk, "how diverse are the reviews?")

    assert (dimension["capability"], dimension["method"]) == ("data_diversity", "divergence")
    assert dimension["score"] < 5  # all about soup
    assert (dimension["settings"]["clusters"], dimension["settings"]["sample"]) == (10, 101)
    assert dimension["details"]["texts"] == 101


def test_with_a_model_named_the_model_is_measured(talk: Conversation) -> None:
    talk.bench.load = lambda name, report=None: (_ for _ in ()).throw(RuntimeError(name))  # type: ignore[method-assign,assignment,misc]

    events = list(talk.send("how biased are its labels?"))

    assert not any(isinstance(event, CardReady) and event.card.context.data for event in events)


def test_the_planner_sees_the_columns_and_the_context_names_rows(talk: Conversation) -> None:
    view = talk.bench.view()
    said = "\n".join(event.text for event in talk.send("what is loaded?") if isinstance(event, Said))

    assert (view.context, view.columns) == ("data_inspection", ["number", "review", "sentiment", "gold"])
    assert "rows: 101" in said
    assert "sentiment (label, 3 different)" in said


def test_a_broken_file_is_told_when_it_is_asked_for_and_not_before(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("label\na\nb,c\n")
    talk = scripted_conversation(folder, ScriptedPlanner(PLANS), data=str(tmp_path / "bad.csv"))

    assert talk.bench.view().columns == []
    assert "Line 3 of bad.csv is malformed" in failure(talk, "are the labels balanced?")


def test_loading_another_file_is_remembered_and_a_bad_one_leaves_the_old(
    talk: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "There is no data file more.csv." in failure(talk, "load more.csv")
    assert talk.bench.data().name == "reviews.csv"

    (tmp_path / "more.csv").write_text("label\n" + "".join(random.Random(0).choices(["a\n", "b\n"], k=20)))
    (said,) = [event.text for event in talk.send("load more.csv") if isinstance(event, Said)]

    assert said.startswith("Loaded more.csv: 20 rows. Columns: label (label, 2 different).")
    assert talk.store.session(talk.session_id).loaded["data"] == str(tmp_path / "more.csv")


def test_a_card_about_data_is_no_suite_to_compare_on(talk: Conversation) -> None:
    from agent.toolbox.compare import _whole_cards

    card_of(talk, "label balance of sentiment")

    assert _whole_cards(talk.bench) == []
