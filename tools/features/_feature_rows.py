"""One feature's row of the table of a sweep: its scores as columns, with their reading."""

from __future__ import annotations

from collections.abc import Mapping

from tools.features import FeatureScore
from tools.features.diagnosis import Thresholds, diagnose
from tools.features.interp_score import SentenceMaximum
from tools.features.sweep_table import FeatureRow


def feature_row(
    feature: int,
    *,
    label: tuple[str, str] | None,
    firings: int,
    n_tokens: int,
    contrast: FeatureScore | None,
    purity: FeatureScore,
    mui: FeatureScore,
    strongest: SentenceMaximum | None,
    thresholds: Thresholds,
) -> FeatureRow:
    """The row, without a rank.

    `label`: with how it was made; `n_tokens`: of the corpus, those that count; `strongest`: its strongest sentence.
    """
    diagnosis = diagnose(contrast, purity, mui, firings=firings, thresholds=thresholds)
    return FeatureRow(
        feature=feature,
        label=label[0] if label else None,
        label_method=label[1] if label else None,
        firings=firings,
        firing_share=firings / max(1, n_tokens),
        **_columns("corpus_contrast", contrast, {"d": "d"}),
        **_columns("purity", purity, {"z": "z", "beats_random": "beats_random"}),
        **_columns("mui", mui, {"mean_kl": "mean_kl", "mean_entropy": "mean_entropy"}),
        interp_level=diagnosis.levels.interp,
        purity_level=diagnosis.levels.purity,
        mui_level=diagnosis.levels.mui,
        reading=diagnosis.reading,
        possible=diagnosis.possible,
        maximum=strongest.maximum if strongest else None,
        strongest=strongest.text if strongest else None,
        token=strongest.tokens[strongest.strongest] if strongest else None,
    )


def _columns(name: str, score: FeatureScore | None, details: Mapping[str, str]) -> dict[str, object]:
    """A score as columns of the table: value, interval, n, and some of its details under their own names."""
    low, high = (score.interval if score is not None else None) or (None, None)
    return {
        name: score.value if score is not None else None,
        f"{name}_low": low,
        f"{name}_high": high,
        f"{name}_n": score.n if score is not None else 0,
        **{
            f"{name}_{column}": score.details.get(detail) if score is not None else None
            for column, detail in details.items()
        },
    }
