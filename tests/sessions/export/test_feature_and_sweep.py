"""Feature and sweep cards as files: everything loads back, scores stand in every format, nothing hostile gets out."""

import csv
import io

import pytest

from sessions.card import CorpusReference, SweepCard, SweepRow, load_card
from sessions.cards.feature import FeatureCard
from sessions.export import render_card
from tests.sessions.cards.test_feature import SAE, card, score
from tests.sessions.samples import CONTEXT
from tools.features.diagnosis import Levels, Thresholds

HOSTILE = "=1+1 | <script> [x](http://y) \x1b[31m ‮"
SENTENCE = {"text": HOSTILE, "tokens": ["a"], "strongest": 0, "maximum": 2.5, "fires": True}
POSITION = {"text": 0, "position": 3, "token": " pope", "kl": 0.25, "entropy": 2.0, "activation": 1.5}


def _feature() -> FeatureCard:
    made: FeatureCard = card(
        score(0.9, positive=[SENTENCE], negative=[SENTENCE | {"text": "The soup was cold by then."}]),
        score(0.8, beats_random=True),
        score(0.2, positions=[POSITION]),
        label=HOSTILE,
    )
    return made


def _row(feature: int, **changed: object) -> SweepRow:
    fields = {
        "rank": feature + 1,
        "feature": feature,
        "label": HOSTILE,
        "firings": 12,
        "corpus_contrast": 0.75,
        "purity": 0.55,
        "mui": 0.01,
        "levels": Levels(interp="high", purity="low", mui="low"),
        "reading": "scattered and unused",
        "possible": ("scattered and unused",),
        "strongest": HOSTILE,
        "token": " pope",
    }
    return SweepRow.model_validate(fields | changed)


def _sweep(*rows: SweepRow) -> SweepCard:
    return SweepCard(
        session="s-000000",
        request="score every feature",
        context=CONTEXT,
        duration_s=61.0,
        sae=SAE,
        n_features=4096,
        n_dead=12,
        counts={"scattered and unused": 4084, "dead or noise": 12},
        top=rows,
        table="/data/features.parquet",
        corpus=CorpusReference(hash="c" * 64, source="sampled", n_sentences=1400, n_tokens=27000),
        thresholds=Thresholds(),
        settings={"seed": 0},
        n_excluded=3,
    )


CARDS = (_feature(), _sweep(_row(3), _row(7, corpus_contrast=None, label=None)), _sweep())


@pytest.mark.parametrize("made", CARDS)
def test_json_loads_back_equal(made: FeatureCard | SweepCard) -> None:
    assert load_card(render_card(made, "json")) == made


def _table(made: FeatureCard | SweepCard) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_card(made, "csv").decode(), newline="")))


def test_a_feature_in_csv_has_its_scores_and_its_sentences() -> None:
    rows = _table(_feature())
    scores = {row["set"]: row for row in rows if row["set"] in ("interp_score", "purity", "mui")}
    assert {name: float(row["value"]) for name, row in scores.items()} == {
        "interp_score": 0.9,
        "purity": 0.8,
        "mui": 0.2,
    }
    assert float(scores["mui"]["low"]) == pytest.approx(0.18)
    assert scores["mui"]["n"] == "20"
    sentences = [row for row in rows if row["set"] in ("positive", "negative")]
    assert [float(row["maximum"]) for row in sentences] == [2.5, 2.5]
    assert sentences[0]["text"].startswith("'=1+1")
    assert all(row["feature"] == "421" and row["label"].startswith("'=") for row in rows)


def test_a_feature_without_sentences_still_has_its_scores_in_csv() -> None:
    rows = _table(card(None, score(None), score(0.2), contrast=None, label=None))
    assert [row["set"] for row in rows] == ["interp_score", "purity", "mui"]
    assert [row["value"] for row in rows] == ["", "", "0.2"]
    assert "never fires" in rows[1]["explanation"]


def test_a_sweep_in_csv_has_a_row_for_each_feature_shown() -> None:
    rows = _table(CARDS[1])
    assert [row["feature"] for row in rows] == ["3", "7"]
    assert [row["corpus_contrast"] for row in rows] == ["0.75", ""]
    assert rows[0]["reading"] == "scattered and unused"
    assert not any("\x1b" in cell or cell.startswith("=") for row in rows for cell in row.values())


def test_markdown_has_scores_reading_sentences_and_positions() -> None:
    text = render_card(_feature(), "markdown").decode()
    for expected in (
        "90.0",
        "88.0 to 92.0",
        "80.0",
        "20.0",
        "decorative",
        "The soup was cold",
        "Ablated positions",
    ):
        assert expected in text
    assert "\x1b" not in text
    assert "<script>" not in text


def test_markdown_of_a_sweep_has_counts_rows_and_the_table() -> None:
    text = render_card(CARDS[1], "markdown").decode()
    for expected in ("4,084", "75.0", "55.0", "features.parquet", "27,000 tokens"):
        assert expected in text
    assert "<script>" not in text
