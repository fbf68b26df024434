"""Find a better label for a feature, and keep it only where fresh sentences show that it is better."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.events import Event, Said
from agent.feature_corpus import feature_corpus, scans_folder
from agent.feature_labels import known_labels, label_examples
from agent.feature_proposals import LabelProposer, Proposal
from agent.feature_sentences import SentenceSource
from agent.planner.arguments import ScoreFeature
from agent.toolbox.score_feature import asked_features
from agent.workbench import Workbench
from prompts.contrast import ContrastSentences
from sessions.labels import StoredLabel
from tools.errors import SuiteError
from tools.progress import Report

if TYPE_CHECKING:
    from tools.features import FeatureScore
    from tools.features.interp_score import SentenceMaximum
    from tools.features.relabel import LabelComparison
    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae

CONTEXTS = 20
FRESH = 1_000
"""Added to the seed for each label that the feature has had: these sentences no label was made or kept by."""


def run(arguments: ScoreFeature, bench: Workbench, report: Report) -> Iterator[Event]:
    """Propose, compare, keep or not, and store the history."""
    from tools.features._contexts import Contexts
    from tools.sae.scan import scan_corpus

    model, sae = bench.model(report), bench.sae(report)
    features = asked_features(arguments, bench, sae)
    sentences = SentenceSource(bench.llm, report)
    yield from sentences.notes()
    corpus = feature_corpus(model, bench.settings.seed, report)
    scan = scan_corpus(model, sae, corpus, scans_folder(), seed=bench.settings.seed, report=report)
    proposer = LabelProposer(bench.llm, corpus)
    for feature in features:
        bench.last_feature = feature
        contexts = Contexts(model, scan).strongest(feature, CONTEXTS)
        history = bench.store.label_history(sae.weights_hash, feature)
        seed = bench.settings.seed + FRESH * (1 + len(history))
        current = known_labels(bench, sae).get(feature)
        proposals = proposer.proposals(feature, contexts, seed=seed)
        yield from proposer.notes()
        if not proposals:
            yield Said(f"Feature {feature} fires nowhere in the corpus, so there is nothing to name it by.")
            continue
        others = [each for each in proposals if current is None or not _same(each.label, current[0])]
        if not others:
            assert current is not None
            yield Said(
                f"Feature {feature} keeps its label {current[0]!r}: its strongest contexts suggest the same."
            )
            continue
        trial = _Trial(bench, model, sae, feature, current, sentences, seed, corpus, report)
        yield from trial.run(others, contexts, is_first=not history)


def seconds(arguments: ScoreFeature, bench: Workbench, report: Report) -> float:
    """Expected seconds: the corpus where it is not there yet, and the sentences of each label that competes."""
    from agent.feature_cost import corpus_seconds, score_seconds

    model, sae = bench.model(report), bench.sae(report)
    n = len(asked_features(arguments, bench, sae))
    n_labels = 2
    if bench.llm is not None:
        from agent.llm_roles import N_LABELS

        n_labels += N_LABELS
    return corpus_seconds(model, sae, bench.settings.seed) + n_labels * score_seconds(model, n)


def _same(label: str, other: str) -> bool:
    return label.casefold() == other.casefold()


@dataclass
class _Trial:
    """The proposals for one feature against the label that it has."""

    bench: Workbench
    model: "LanguageModel"
    sae: "LoadedSae"
    feature: int
    current: tuple[str, str] | None
    """The label and how it was made."""
    sentences: SentenceSource
    seed: int
    corpus: Sequence[str]
    report: Report

    def run(
        self, proposals: Sequence[Proposal], contexts: "Sequence[SentenceMaximum]", *, is_first: bool
    ) -> Iterator[Event]:
        """Score all on fresh sentences, keep the best of those that are better, and store the history."""
        from tools.features.relabel import best_of, marked

        examples = list(map(marked, contexts))
        written: list[tuple[Proposal, ContrastSentences]] = []
        for proposal in proposals:
            try:
                written.append((proposal, self._sentences(proposal.label, self.corpus, examples)))
            except SuiteError as error:
                yield Said(
                    f"Feature {self.feature}: no sentences can be written for {proposal.label!r}: {error.message}"
                )
        if not written:
            return
        used = [*self.corpus, *(sentence for _, new in written for sentence in new.positive)]
        old, why_not = self._old(used)
        yield from self.sentences.notes()
        found = best_of([self._compared(old, new, len(written)) for _, new in written])
        self._store(written, found, is_first)
        yield Said(self._told([proposal for proposal, _ in written], found) + why_not)

    def _sentences(self, label: str, avoid: Sequence[str], examples: Sequence[str]) -> ContrastSentences:
        return self.sentences.write(label, seed=self.seed, avoid=avoid, examples=examples)

    def _old(self, avoid: Sequence[str]) -> tuple[ContrastSentences | None, str]:
        """Sentences for the label that the feature has, or why there are none."""
        if self.current is None:
            return None, ""
        label = self.current[0]
        try:
            return self._sentences(label, avoid, label_examples(self.sae, self.feature, label)), ""
        except SuiteError as error:
            return (
                None,
                f" No sentences can be written for the old label, so it counts as none: {error.message}",
            )

    def _compared(
        self, old: ContrastSentences | None, new: ContrastSentences, n_proposals: int
    ) -> "LabelComparison":
        from tools.features.relabel import compare_labels

        return compare_labels(
            self.model,
            self.sae,
            self.feature,
            (old.label, old.positive) if old else None,
            (new.label, new.positive),
            list(dict.fromkeys([*new.negative, *(old.negative if old else ())])),
            n_proposals=n_proposals,
            report=self.report,
        )

    def _store(
        self,
        written: Sequence[tuple[Proposal, ContrastSentences]],
        found: "Sequence[LabelComparison]",
        is_first: bool,
    ) -> None:
        """All proposals, and before the first ones the label that came with the SAE, so that nothing is lost."""
        labels = [
            StoredLabel(
                feature=self.feature,
                label=comparison.new,
                method=proposal.method,
                kept=comparison.kept,
                details={
                    **proposal.details,
                    "comparison": comparison.model_dump(mode="json"),
                    "writer": new.writer,
                    "instructions": new.instructions,
                    "seed": self.seed,
                },
            )
            for (proposal, new), comparison in zip(written, found, strict=True)
        ]
        if self.current is not None and is_first:
            labels.insert(0, StoredLabel(feature=self.feature, label=self.current[0], method=self.current[1]))
        self.bench.store.add_labels(self.sae.weights_hash, labels)

    def _told(self, proposals: Sequence[Proposal], found: "Sequence[LabelComparison]") -> str:
        """The verdict with both scores; where several competed, each with its score, its proposer and its reason."""
        best = next((each for each in found if each.kept), None)
        if len(found) == 1:
            return _verdict(self.feature, self.current, found[0])
        head = _verdict(
            self.feature, self.current, best or max(found, key=lambda each: each.difference or 0.0)
        )
        rows = [
            f"- {each.new!r} ({_per_cent(each.new_score)}), {proposal.method}: {each.reason}"
            for proposal, each in zip(proposals, found, strict=True)
        ]
        return "\n".join([head, f"{len(found)} labels competed:", *rows])


def _verdict(feature: int, current: tuple[str, str] | None, found: "LabelComparison") -> str:
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
