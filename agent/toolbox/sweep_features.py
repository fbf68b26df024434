"""Score every feature of the SAE, or a list, over one corpus, into a ranked table."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, get_args

from agent.events import CardReady, Event, Said
from agent.fan_out import is_spread, source_of, team_of, why_here
from agent.feature_corpus import SOURCE, feature_corpus, scans_folder
from agent.feature_labels import known_labels
from agent.planner.arguments import ListFeatures
from agent.workbench import Workbench
from prompts.label_words import LabelWords
from sessions.card import CorpusReference, SaeReference, SweepCard, SweepRow
from tools.errors import UserError
from tools.features.diagnosis import Reading
from tools.progress import Report

if TYPE_CHECKING:
    from tools.features.sweep import Settings, Swept
    from tools.features.sweep_table import FeatureRow
    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae

FOLDER = "sweeps"
TOP = 20
"""Rows of the table on the card."""


def run(arguments: ListFeatures, bench: Workbench, report: Report) -> Iterator[Event]:
    """Sweep, or go on with a sweep that was cut off, and store the card."""
    from tools.features.sweep import Settings
    from tools.features.sweep_table import read_rows

    started = time.monotonic()
    reading = known_reading(arguments.reading)
    model, sae = bench.model(report), bench.sae(report)
    features, excluded = _wanted(arguments, bench, sae)
    if excluded:
        yield Said(f"Leaving out {len(excluded):,} excluded features.")
    if reason := why_here(bench):
        yield Said(reason)
    settings = Settings(seed=bench.settings.seed)
    swept = _swept(bench, model, sae, features, settings, report)
    rows = read_rows(swept.table)
    chosen = [row for row in rows if reading in (None, row.reading)]
    card = SweepCard(
        session=bench.session_id,
        request=bench.request,
        context=bench.context(model),
        duration_s=time.monotonic() - started,
        sae=reference(sae),
        n_features=len(rows),
        n_dead=sum(row.firings == 0 for row in rows),
        counts=dict(Counter(row.reading for row in rows).most_common()),
        top=tuple(card_row(row) for row in chosen[: arguments.top or TOP]),
        table=str(swept.table),
        corpus=CorpusReference(
            hash=swept.corpus_hash, source=SOURCE, n_sentences=swept.n_sentences, n_tokens=swept.n_tokens
        ),
        thresholds=settings.thresholds,
        settings=settings.model_dump(mode="json"),
        n_excluded=len(excluded),
    )
    bench.store.save_card(card)
    yield CardReady(card)


def _swept(
    bench: Workbench,
    model: "LanguageModel",
    sae: "LoadedSae",
    features: list[int],
    settings: "Settings",
    report: Report,
) -> "Swept":
    from tools.features.sweep import sweep

    corpus, labels = feature_corpus(model, bench.settings.seed, report), known_labels(bench, sae)
    tables = bench.settings.store_folder / FOLDER
    if not is_spread(bench):
        uses = LabelWords(corpus)
        return sweep(
            model,
            sae,
            corpus,
            tables,
            scans_folder(),
            features=features,
            labels=labels,
            uses=uses,
            settings=settings,
            report=report,
        )
    from tools.features.fanned_sweep import sweep_with

    with team_of(bench, report) as team:
        return sweep_with(
            team,
            source_of(bench, report),
            model,
            sae,
            corpus,
            tables,
            scans_folder(),
            features=features,
            labels=labels,
            uses_in=LabelWords,
            settings=settings,
            report=report,
        )


def seconds(arguments: ListFeatures, bench: Workbench, report: Report) -> float:
    """Expected seconds of what of the sweep is not done yet."""
    from agent.feature_cost import sweep_seconds
    from tools.features.sweep import Settings
    from tools.features.sweep_left import Left, left_of_sweep

    model, sae = bench.model(report), bench.sae(report)
    features, _ = _wanted(arguments, bench, sae)

    def left_on(corpus: Sequence[str]) -> Left:
        return left_of_sweep(
            model,
            sae,
            corpus,
            bench.settings.store_folder / FOLDER,
            scans_folder(),
            features=features,
            labels=known_labels(bench, sae),
            by_words=True,
            settings=Settings(seed=bench.settings.seed),
        )

    return sweep_seconds(model, sae, bench.settings.seed, len(features), left_on)


def reference(sae: "LoadedSae") -> SaeReference:
    """The SAE as the cards record it."""
    return SaeReference(
        name=sae.name,
        weights_hash=sae.weights_hash,
        layer=sae.layer,
        hook_name=sae.hook_name,
        architecture=sae.architecture,
        n_features=sae.n_features,
    )


def card_row(row: "FeatureRow") -> SweepRow:
    """A row of the table as the card has it."""
    return SweepRow.model_validate(
        {
            **row.model_dump(include=set(SweepRow.model_fields)),
            "levels": {"interp": row.interp_level, "purity": row.purity_level, "mui": row.mui_level},
        }
    )


def known_reading(reading: str | None) -> Reading | None:
    """The same reading, where it is one. Raises UserError."""
    for known in get_args(Reading):
        if reading == known:
            return known
    if reading is None:
        return None
    raise UserError(f"There is no reading {reading!r}.", f"Choose one of: {', '.join(get_args(Reading))}.")


def _wanted(arguments: ListFeatures, bench: Workbench, sae: "LoadedSae") -> tuple[list[int], list[int]]:
    """The features to sweep, and those that are left out because they are excluded. Raises UserError."""
    from tools.sae.load import check_features

    check_features(sae, arguments.features)
    asked = sorted(set(arguments.features)) or list(range(sae.n_features))
    excluded = bench.store.excluded_features(sae.weights_hash)
    features = [feature for feature in asked if feature not in excluded]
    if not features:
        raise UserError(
            f"All {len(asked):,} features are excluded.",
            "Clear the filter first: `clear the filter of features`.",
        )
    return features, [feature for feature in asked if feature in excluded]
