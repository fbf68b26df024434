"""Score SAE features: does the label predict it, is it about one thing, does the model use it?"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from agent.events import CardReady, Event, Said
from agent.feature_corpus import feature_corpus, is_sampled, scans_folder
from agent.feature_labels import known_labels, label_examples
from agent.feature_proposals import WORDS
from agent.feature_sentences import SentenceSource
from agent.planner.arguments import ScoreFeature
from agent.toolbox.sweep_features import reference
from agent.workbench import Workbench
from prompts.contrast import ContrastSentences, everyday_sentences
from sessions.card import FeatureCard, feature_card
from tools.errors import Stopped, SuiteError, UserError
from tools.features import FeatureScore
from tools.features.diagnosis import Thresholds, diagnose
from tools.progress import Report

if TYPE_CHECKING:
    from tools.features.interp_score import ContrastActivations, SentenceMaximum
    from tools.features.purity import RandomSentences
    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae
    from tools.sae.scan import Scan

SCORES = ("interp_score", "purity", "mui")
CONTEXTS = 20


def run(arguments: ScoreFeature, bench: Workbench, report: Report) -> Iterator[Event]:
    """A card for each feature as soon as it is scored; a stopped one still gives a card of what was scored."""
    model, sae = bench.model(report), bench.sae(report)
    features = asked_features(arguments, bench, sae)
    wanted = _wanted_scores(arguments)
    labels = known_labels(bench, sae)
    excluded = bench.store.excluded_features(sae.weights_hash)
    sentences = SentenceSource(bench.llm, report)
    yield from sentences.notes()
    for feature in features:
        if feature in excluded:
            yield Said(f"Feature {feature} is on your list of excluded features ({excluded[feature]}).")
        bench.last_feature = feature
        work = _Work(bench, model, sae, feature, labels.get(feature), sentences, wanted)
        stopped = False
        try:
            work.do(report)
        except Stopped:
            stopped = True
        yield from sentences.notes()
        if not stopped or work.has_result:
            card = work.card(partial=stopped)
            bench.store.save_card(card)
            yield CardReady(card)
        if stopped:
            raise Stopped


def seconds(arguments: ScoreFeature, bench: Workbench, report: Report) -> float:
    """Expected seconds: writing sentences, and the corpus where a feature has no label to go by."""
    from agent.feature_cost import corpus_seconds, score_seconds

    model, sae = bench.model(report), bench.sae(report)
    features = asked_features(arguments, bench, sae)
    labels = known_labels(bench, sae)
    unlabelled = any(feature not in labels for feature in features)
    corpus = corpus_seconds(model, sae, bench.settings.seed) if unlabelled else 0.0
    return corpus + score_seconds(model, len(features))


def asked_features(arguments: ScoreFeature, bench: Workbench, sae: "LoadedSae") -> list[int]:
    """The features that are meant: those named, else the last one. Raises UserError."""
    from tools.sae.load import check_features

    features = list(dict.fromkeys(arguments.features))
    if not features and bench.last_feature is not None:
        features = [bench.last_feature]
    if not features:
        raise UserError("Which feature is meant?", "Name its number: score feature 421.")
    check_features(sae, features)
    return features


def _wanted_scores(arguments: ScoreFeature) -> frozenset[str]:
    unknown = [score for score in arguments.scores if score not in SCORES]
    if unknown:
        raise UserError(f"There is no feature score {unknown[0]!r}.", f"There are: {', '.join(SCORES)}.")
    return frozenset(arguments.scores or SCORES)


@dataclass
class _Work:
    """One feature on its way to a card."""

    bench: Workbench
    model: "LanguageModel"
    sae: "LoadedSae"
    feature: int
    label: tuple[str, str] | None
    sentences: SentenceSource
    wanted: frozenset[str]
    examples: tuple[str, ...] = ()
    """Contexts from which the label was proposed just now."""
    contrast: ContrastSentences | None = None
    interp: FeatureScore | None = None
    purity: FeatureScore | None = None
    mui: FeatureScore | None = None
    firings: int | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def has_result(self) -> bool:
        """Whether any score is there."""
        return any(score is not None for score in (self.interp, self.purity, self.mui))

    def do(self, report: Report) -> None:
        """Score what is wanted, in the order of the triple."""
        from tools.features import interp_score, mui, purity

        scan = self._known_scan()
        if self.label is None:
            scan = scan or self._scan(report)
            self.label = self._proposed(scan)
        found = self._on_contrast(report)
        firing = [each for each in found.positive if each.fires] if found else []
        source = "positive sentences"
        if len(firing) < Thresholds().fewest_sentences:
            # The label says too little of where it fires: that has to be looked for.
            scan = scan or self._scan(report)
            firing, source = self._contexts(scan), "strongest corpus sentences"
        self.firings = int(scan.firings[self.feature]) if scan is not None else None
        if found is not None and "interp_score" in self.wanted:
            elsewhere = None if self.firings is None else self.firings > 0
            self.interp = interp_score.score(found, fires_elsewhere=elsewhere)
        if "purity" in self.wanted:
            self.purity = purity.score(firing, _null(self._null_texts()), source=source)
        if "mui" in self.wanted:
            texts = [each.text for each in firing]
            read = found.read if found is not None else None
            self.mui = mui.score(self.model, self.sae, self.feature, texts, report=report, read=read)

    def card(self, *, partial: bool) -> FeatureCard:
        """The card of what was scored."""
        return feature_card(
            self.feature,
            label=self.label[0] if self.label else None,
            label_method=self.label[1] if self.label else None,
            sae=reference(self.sae),
            interp_score=self.interp,
            purity=self.purity,
            mui=self.mui,
            diagnosis=diagnose(self.interp, self.purity, self.mui, firings=self.firings),
            contrast=self.contrast,
            firings=self.firings,
            session=self.bench.session_id,
            request=self.bench.request,
            context=self.bench.context(self.model),
            duration_s=time.monotonic() - self.started,
            partial=partial,
        )

    def _on_contrast(self, report: Report) -> "ContrastActivations | None":
        """What the feature does on sentences that its label implies and on others; None without sentences."""
        from tools.features.interp_score import contrast_activations

        if self.label is None:
            return None
        try:
            self.contrast = self.sentences.write(
                self.label[0],
                seed=self.bench.settings.seed,
                examples=self.examples or label_examples(self.sae, self.feature, self.label[0]),
            )
        except SuiteError as error:
            if "interp_score" in self.wanted:
                reason = f"{error.message} {error.next_step}".strip()
                self.interp = FeatureScore(value=None, interval=None, n=0, explanation=reason)
            return None
        return contrast_activations(
            self.model, self.sae, self.feature, self.contrast.positive, self.contrast.negative, report=report
        )

    def _known_scan(self) -> "Scan | None":
        """The scan of the corpus, where an earlier command has made it."""
        from tools.sae.scan import find_scan

        seed = self.bench.settings.seed
        if not is_sampled(self.model, seed):
            return None
        return find_scan(self.model, self.sae, feature_corpus(self.model, seed), scans_folder(), seed=seed)

    def _scan(self, report: Report) -> "Scan":
        from tools.sae.scan import scan_corpus

        seed = self.bench.settings.seed
        corpus = feature_corpus(self.model, seed, report)
        return scan_corpus(self.model, self.sae, corpus, scans_folder(), seed=seed, report=report)

    def _contexts(self, scan: "Scan") -> "list[SentenceMaximum]":
        from tools.features._contexts import Contexts

        return Contexts(self.model, scan).strongest(self.feature, CONTEXTS)

    def _proposed(self, scan: "Scan") -> tuple[str, str] | None:
        """A label from the feature's strongest contexts; None where it fires nowhere."""
        from tools.features.relabel import marked, words_of_contexts

        contexts = self._contexts(scan)
        label = words_of_contexts(contexts, scan.sentences)
        self.examples = tuple(map(marked, contexts))
        return None if label is None else (label, WORDS)

    def _null_texts(self) -> tuple[str, ...]:
        """Sentences that purity is compared with: the corpus where there is one, else everyday sentences."""
        if is_sampled(self.model, self.bench.settings.seed):
            return tuple(feature_corpus(self.model, self.bench.settings.seed))
        return tuple(everyday_sentences())


@lru_cache(maxsize=2)
def _null(texts: tuple[str, ...]) -> "RandomSentences":
    """The same for all features: embedding takes seconds."""
    from tools.features.purity import random_sentences

    return random_sentences(texts)
