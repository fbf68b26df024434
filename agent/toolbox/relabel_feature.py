"""Find a better label for a feature, and keep it only where fresh sentences show that it is better."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.events import Event, Said
from agent.feature_corpus import feature_corpus, scans_folder
from agent.feature_labels import known_labels, label_examples
from agent.feature_sentences import available_writer
from agent.planner.arguments import ScoreFeature
from agent.toolbox.score_feature import asked_features
from agent.workbench import Workbench
from prompts.contrast import write_contrast
from sessions.labels import StoredLabel
from tools.errors import SuiteError
from tools.progress import Report

if TYPE_CHECKING:
    from tools.features import FeatureScore
    from tools.features.relabel import LabelComparison

METHOD = "words of strongest contexts"
CONTEXTS = 20
FRESH = 1_000
"""Added to the seed for each label that the feature has had: these sentences no label was made or kept by."""


def run(arguments: ScoreFeature, bench: Workbench, report: Report) -> Iterator[Event]:
    """Propose, compare, keep or not, and store the history."""
    from tools.features._contexts import Contexts
    from tools.features.relabel import compare_labels, marked, words_of_contexts
    from tools.sae.scan import scan_corpus

    model, sae = bench.model(report), bench.sae(report)
    features = asked_features(arguments, bench, sae)
    writer, note = available_writer(bench.llm, report)
    if note:
        yield Said(note)
    corpus = feature_corpus(model, bench.settings.seed, report)
    scan = scan_corpus(model, sae, corpus, scans_folder(), seed=bench.settings.seed, report=report)
    for feature in features:
        bench.last_feature = feature
        contexts = Contexts(model, scan).strongest(feature, CONTEXTS)
        proposed = words_of_contexts(contexts, corpus)
        current = known_labels(bench, sae).get(feature)
        if proposed is None:
            yield Said(f"Feature {feature} fires nowhere in the corpus, so there is nothing to name it by.")
            continue
        if current is not None and current[0].casefold() == proposed.casefold():
            yield Said(
                f"Feature {feature} keeps its label {current[0]!r}: its strongest contexts suggest the same."
            )
            continue
        history = bench.store.label_history(sae.weights_hash, feature)
        seed = bench.settings.seed + FRESH * (1 + len(history))
        try:
            new = write_contrast(
                proposed,
                writer=writer,
                seed=seed,
                avoid=corpus,
                examples=[marked(context) for context in contexts],
                report=report,
            )
        except SuiteError as error:
            yield Said(f"Feature {feature}: no sentences can be written for {proposed!r}: {error.message}")
            continue
        old, why_not = None, ""
        if current is not None:
            try:
                old = write_contrast(
                    current[0],
                    writer=writer,
                    seed=seed,
                    avoid=[*corpus, *new.positive],
                    examples=label_examples(sae, feature, current[0]),
                    report=report,
                )
            except SuiteError as error:
                why_not = (
                    f" No sentences can be written for the old label, so it counts as none: {error.message}"
                )
        negatives = list(dict.fromkeys([*new.negative, *(old.negative if old else ())]))
        found = compare_labels(
            model,
            sae,
            feature,
            (old.label, old.positive) if old else None,
            (new.label, new.positive),
            negatives,
            report=report,
        )
        bench.store.add_labels(
            sae.weights_hash,
            [
                *_first_of_history(feature, current, bool(history)),
                StoredLabel(
                    feature=feature,
                    label=found.new,
                    method=METHOD,
                    kept=found.kept,
                    details={
                        "comparison": found.model_dump(mode="json"),
                        "writer": new.writer,
                        "instructions": new.instructions,
                        "seed": seed,
                    },
                ),
            ],
        )
        yield Said(_told(feature, current, found) + why_not)


def seconds(arguments: ScoreFeature, bench: Workbench, report: Report) -> float:
    """Expected seconds: the corpus where it is not there yet, and two labels' sentences for each feature."""
    from agent.feature_cost import corpus_seconds, score_seconds

    model, sae = bench.model(report), bench.sae(report)
    n = len(asked_features(arguments, bench, sae))
    return corpus_seconds(model, sae, bench.settings.seed) + 2 * score_seconds(model, n)


def _first_of_history(
    feature: int, current: tuple[str, str] | None, has_history: bool
) -> Iterator[StoredLabel]:
    """The label that came with the SAE, so that the history has it too."""
    if current is not None and not has_history:
        yield StoredLabel(feature=feature, label=current[0], method=current[1])


def _told(feature: int, current: tuple[str, str] | None, found: "LabelComparison") -> str:
    new = f"{found.new!r} (InterpScore {_per_cent(found.new_score)})"
    if current is None or found.old_score is None:
        verdict = "is its label now" if found.kept else "was not kept as its label"
        return f"Feature {feature}: {new} {verdict}. {found.reason}"
    old = f"{current[0]!r} ({_per_cent(found.old_score)})"
    if found.kept:
        return f"Feature {feature} is now {new} instead of {old}. {found.reason}"
    return f"Feature {feature} keeps {old}; proposed was {new}. {found.reason}"


def _per_cent(score: "FeatureScore") -> str:
    return "unscored" if score.value is None else f"{100 * score.value:.0f} %"
