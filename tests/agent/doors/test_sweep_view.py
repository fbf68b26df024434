"""The sweep card on a console of fixed width: counts, rows, provenance, and nothing hostile gets through."""

import io

import pytest
from rich.console import Console

from agent.doors.panels import panel, worst
from agent.toolbox.list_cards import in_short
from sessions.card import CorpusReference, SaeReference, SweepCard, SweepRow
from sessions.context import Context
from tools.errors import StoreError
from tools.features.diagnosis import Levels, Thresholds

HOSTILE = "[red]x[/red] \x1b[31mred\x1b[0m \u202eabc"


def _row(feature: int, label: str | None, strongest: str | None = "a dog barks", **scores: float) -> SweepRow:
    return SweepRow(
        rank=feature + 1,
        feature=feature,
        label=label,
        firings=1234,
        corpus_contrast=scores.get("corpus_contrast"),
        purity=scores.get("purity"),
        mui=scores.get("mui"),
        levels=Levels(interp="high", purity="high", mui="low"),
        reading="decorative",
        possible=("decorative",),
        strongest=strongest,
        token=None if strongest is None else " dog",
    )


def _card(*rows: SweepRow, name: str = "demo") -> SweepCard:
    return SweepCard(
        session="s-1",
        request="score every feature",
        context=Context(kind="model_inspection", model="tiny", weights_hash="f" * 64),
        duration_s=61.0,
        sae=SaeReference(
            name=name, weights_hash="a" * 64, layer=1, hook_name="h", architecture="topk", n_features=4096
        ),
        n_features=4096,
        n_dead=12,
        counts={"decorative": 4000, "dead or noise": 96},
        top=rows,
        table="/data/sweeps/features.parquet",
        corpus=CorpusReference(hash="c" * 64, source="sampled", n_sentences=1400, n_tokens=27000),
        thresholds=Thresholds(),
        settings={},
        n_excluded=3,
    )


def _shown(card: SweepCard, width: int = 180) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, force_terminal=False)
    console.print(panel(card))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_sweep_shows_counts_rows_corpus_and_where_the_table_is() -> None:
    shown = _shown(_card(_row(421, "dogs", corpus_contrast=1.0, purity=0.634, mui=0.02), _row(7, None)))
    for expected in (
        "4,096 features · demo",
        "decorative",
        "4,000",
        "dead or noise",
        "421",
        "100",
        "63",
        "1,234",
        "dogs",
        "dog in: a dog barks",
        "not the InterpScore",
        "12 fire nowhere",
        "3 were excluded",
        "1,400 sentences, 27,000 tokens, cccccccccccc",
        "/data/sweeps/features.parquet",
    ):
        assert expected in shown


def test_a_dead_row_says_that_it_fires_nowhere() -> None:
    assert "fires nowhere" in _shown(_card(_row(1, None, strongest=None)))


def test_hostile_labels_and_sentences_are_shown_and_not_obeyed() -> None:
    shown = _shown(_card(_row(1, HOSTILE), _row(2, None, strongest=HOSTILE), name=HOSTILE))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[red]" in shown


def test_a_sweep_has_no_worst_cases_and_is_listed_in_short() -> None:
    with pytest.raises(StoreError, match="no cases"):
        worst(_card())
    assert in_short(_card()) == ("4,096 features", "sweep of demo")
