"""Cards of the other kinds, small enough to check by eye, with a text everywhere that a text can stand."""

from sessions.card import (
    Card,
    CorpusReference,
    FeatureCard,
    FeatureMeasure,
    SaeReference,
    SweepCard,
    SweepRow,
)
from sessions.compare import compare_cards
from sessions.records import Run
from sessions.regressions import regressions_card as build_regressions_card
from tests.sessions import samples
from tests.sessions.cards.edit_evaluation_samples import evaluation_card, fact
from tests.sessions.cards.edit_evaluation_samples import prompt as evaluated_prompt
from tests.sessions.cards.edit_samples import benchmarks_card, edit_card, probe, result
from tools.features.diagnosis import Levels, Thresholds
from tools.results import Credit

SAE = SaeReference(
    name="demo", weights_hash="cd34", layer=3, hook_name="blocks.3", architecture="topk", n_features=64
)


def feature_card(text: str = "river") -> FeatureCard:
    """A feature with one sentence that it fires on, one that it does not, and an unscored MUI."""
    sentences = {
        "positive": [
            {"text": f"The {text} runs.", "tokens": ["The", f" {text}", " runs", "."], "strongest": 1}
            | {"maximum": 2.5, "fires": True}
        ],
        "negative": [
            {"text": text, "tokens": [text], "strongest": 0, "maximum": 0.0, "fires": False},
        ],
        "d": 1.5,
    }
    positions = [
        {"token": f" {text}", "context": f"the {text} runs", "activation": 2.5, "kl": kl, "entropy": 3.0}
        | {"random_kl": 0.01}
        for kl in (0.02, 0.04)
    ]
    return FeatureCard(
        session="s-000000",
        request=text,
        context=samples.CONTEXT,
        duration_s=1.0,
        feature=42,
        label=text,
        label_method="top_tokens",
        sae=SAE,
        interp_score=FeatureMeasure(
            value=0.75, interval=(0.5, 1.0), n=20, explanation=text, details=sentences
        ),
        purity=FeatureMeasure(value=0.5, interval=None, n=10, explanation="half", details={"texts": [text]}),
        mui=FeatureMeasure(
            value=None, interval=None, n=0, explanation="too few", details={"positions": positions}
        ),
        levels=Levels(interp="high", purity="low", mui="unscored"),
        reading="uncertain",
        possible=("ideal",),
        advice="Wait.",
        reasons=(text,),
        thresholds=Thresholds(),
        firings=12,
        sentences=None,
        caveats=(text,),
        partial=False,
    )


def sweep_card(text: str = "river") -> SweepCard:
    """Three features in two readings."""
    row = SweepRow(
        rank=1,
        feature=7,
        label=text,
        firings=1200,
        corpus_contrast=0.25,
        purity=0.5,
        mui=None,
        levels=Levels(interp="low", purity="low", mui="unscored"),
        reading="uncertain",
        possible=(),
        strongest=text,
        token=text,
    )
    return SweepCard(
        session="s-000000",
        request=text,
        context=samples.CONTEXT,
        duration_s=1.0,
        sae=SAE,
        n_features=3,
        n_dead=1,
        counts={"uncertain": 2, "dead or noise": 1},
        top=(row,),
        table="/somewhere/features.parquet",
        corpus=CorpusReference(hash="ef56", source=text, n_sentences=5, n_tokens=50),
        thresholds=Thresholds(),
        settings={"seed": 0},
        n_excluded=0,
    )


def comparison_card(text: str = "gpt2"):
    """The sample card against one that got everything wrong."""
    worse = samples.dimension(
        credits=tuple(credit.model_copy(update={"value": 0.0}) for credit in samples.CREDITS[:2])
    )
    return compare_cards(
        [("before", samples.card()), (text, samples.card("s-000000", worse))],
        session="s-000000",
        request=text,
        context=samples.CONTEXT,
        duration_s=1.0,
    )


def regressions_card(text: str = "runs/a"):
    """A capability that is lost between two steps of a run of this name."""
    suite = samples.SUITE
    runs = [
        Run(
            id=step,
            session="s-000000",
            key="k",
            suite_hash=suite.hash,
            method="binary",
            settings={},
            weights_hash=str(step) * 4,
            training_run=text,
            step=step,
            status="done",
            started="2026-01-01T00:00:00Z",
            ended="2026-01-01T00:00:01Z",
            credits=tuple(Credit(case_id=case.id, value=float(step < 200)) for case in suite.cases),
        )
        for step in (100, 150, 200)
    ]
    return build_regressions_card(
        [(suite, runs)],
        training_run=text,
        session="s-000000",
        request=text,
        context=samples.CONTEXT,
        duration_s=1.0,
    )


def one_of_each(text: str | None = None) -> dict[str, Card]:
    """A card of every kind, with a text where a model's words stand, if given."""
    if text is None:
        benchmarks, edit, capability = benchmarks_card(), edit_card(), samples.card()
        evaluation = evaluation_card()
    else:
        benchmarks = benchmarks_card(result("EditBench", 0.8, probes=(probe(text, 0.9),)), reading=text)
        edit = edit_card(continuation_after=text, target=text)
        evaluation = evaluation_card(
            fact(1, subject=text, target=text, prompts=(evaluated_prompt("efficacy", 0.75, text),)),
            facts_from=text,
        )
        capability = samples.with_output(text, text)
    return {
        "capability": capability,
        "feature": feature_card(text or "river"),
        "sweep": sweep_card(text or "river"),
        "edit": edit,
        "edit_benchmarks": benchmarks,
        "edit_evaluation": evaluation,
        "comparison": comparison_card(text or "gpt2"),
        "regressions": regressions_card(text or "runs/a"),
    }
