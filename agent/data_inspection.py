"""Measures the data set under inspection: balance of a label column, diversity of a text column."""

import time
from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from agent.data_reference import is_even, read_reference, split_request
from agent.events import Asked, CardReady, Event, Said
from agent.planner.arguments import Dimension as Wish
from agent.planner.arguments import RunBenchmark
from agent.workbench import Workbench
from prompts.suite import Suite
from sessions.card import Dimension, build_dimension, capability_card
from tools.cases import Case
from tools.data.columns import Kind, describe, find_column, mentioned, named_in, obvious
from tools.data.data_set import DataError, DataSet
from tools.data.label_counts import LabelCounts, count_labels
from tools.data.topic_clusters import SAME_TOPIC, SAMPLE, TopicClusters, cluster_topics
from tools.progress import Report
from tools.results import Credit, Score
from tools.run_suite import DimensionScores

MEASURED: dict[str, Kind] = {"label_balance": "label", "data_diversity": "text"}
"""What can be measured of a data set, and the kind of column that it is measured on."""
GENERATOR = "data/1"
SHOWN_CHARACTERS = 500
SHOWN_ROWS = 200
LARGEST_SAMPLE = 5_000
TOLD_CATEGORIES = 8
SECONDS_A_ROW = 5e-6
SECONDS_A_TEXT = 0.03


def wishes_about_data(arguments: RunBenchmark, bench: Workbench) -> list[Wish]:
    """The dimensions that are meant of the loaded data set: none where a model or step is named."""
    if bench.settings.data is None or arguments.step is not None:
        return []
    _, reference = split_request(bench.request)
    if arguments.model and arguments.model not in (reference or ""):
        return []
    return [wish for wish in arguments.dimensions if wish.capability in MEASURED]


def inspect(wishes: Sequence[Wish], bench: Workbench, report: Report) -> Iterator[Event]:
    """One card for all wishes; a question where it is not clear which column is meant. Raises DataError."""
    started = time.monotonic()
    data = bench.data(report)
    asked, reference = split_request(bench.request)
    dimensions: list[Dimension] = []
    for wish in wishes:
        column = _column(wish, data, asked, reference)
        if isinstance(column, Asked):
            yield column
            return
        if wish.capability == "label_balance":
            counted = count_labels(
                data, column, beside=_beside(data, column), seed=bench.settings.seed, report=report
            )
            dimension, told = _balance(counted, data, reference, bench.settings.seed, report)
        else:
            if not is_even(reference):
                raise DataError(
                    f"Diversity is measured against evenly filled topics only, not against {reference!r}.",
                    "Leave the reference out.",
                )
            size = min(wish.n_prompts or SAMPLE, LARGEST_SAMPLE)
            topics = cluster_topics(data, column, seed=bench.settings.seed, size=size, report=report)
            dimension, told = _diversity(topics, data, bench.settings.seed)
        dimensions.append(dimension)
        yield Said(told)
    card = capability_card(
        dimensions,
        session=bench.session_id,
        request=bench.request,
        context=bench.data_context(data),
        duration_s=time.monotonic() - started,
    )
    bench.store.save_card(card)
    yield CardReady(card)


def inspection_seconds(wishes: Sequence[Wish], bench: Workbench, report: Report) -> float:
    """Expected seconds: a pass over the rows each, and the embeddings of the sampled texts."""
    n_rows = bench.data(report).n_rows
    texts = sum(
        min(n_rows, wish.n_prompts or SAMPLE, LARGEST_SAMPLE)
        for wish in wishes
        if wish.capability == "data_diversity"
    )
    return len(wishes) * n_rows * SECONDS_A_ROW + texts * SECONDS_A_TEXT


def _column(wish: Wish, data: DataSet, asked: str, reference: str | None) -> str | Asked:
    """The column that is meant: named, else the only one of its kind that the request speaks of or there is."""
    if wish.topic is not None and not (reference and wish.topic in reference and wish.topic not in asked):
        return find_column(data, wish.topic)
    columns, kind = describe(data), MEASURED[wish.capability]
    named = mentioned(data, asked) or [name for name in wish.subtypes if name in columns]
    of_kind = [name for name in named if columns[name].kind == kind]
    if not named and (unknown := named_in(asked)) is not None:
        return find_column(data, unknown)  # says which there are
    found = of_kind or named or obvious(columns.values(), kind)
    if len(found) == 1:
        return found[0]
    noun = "labels" if kind == "label" else "texts"
    if found:
        return Asked(f"Which column holds the {noun}: {', '.join(found[:8])}?", about="meaning")
    raise DataError(
        f"No column of {data.name} looks like {noun}.", f"Name one of: {', '.join(list(columns)[:12])}."
    )


def _beside(data: DataSet, column: str) -> str | None:
    """The text column whose values are shown beside the labels."""
    texts = obvious((each for each in describe(data).values() if each.name != column), "text")
    return texts[0] if texts else None


def _balance(
    counted: LabelCounts, data: DataSet, reference_text: str | None, seed: int, report: Report
) -> tuple[Dimension, str]:
    from tools.scoring.divergence import divergence_score

    reference = read_reference(reference_text, data, counted.column, counted.counts, report)
    score = divergence_score(counted.counts, reference.weights, seed=seed)
    settings: dict[str, JsonValue] = {"column": counted.column, "reference": reference.told, "seed": seed}
    details: dict[str, JsonValue] = {
        **score.details,
        "rows": data.n_rows,
        "missing": counted.n_missing,
        "categories": len(counted.counts),
        "top": dict(list(counted.counts.items())[:TOLD_CATEGORIES]),
        "shown_rows": len(counted.rows),
    }
    told = (
        f"Column {counted.column!r} of {data.name}: {_top(counted.counts, counted.n)}; {data.n_rows:,} rows, "
        f"{counted.n_missing:,} missing. Held against {reference.told}.{_corrected(score)}"
    )
    rows = [(number, text or label, label) for number, label, text in counted.rows]
    scored = Score(
        value=score.value,
        interval=score.interval,
        n=score.n,
        explanation=f"{score.explanation} {told}",
        details=details,
    )
    return _dimension("label_balance", rows, scored, counted.n_missing, settings, data, seed), told


def _diversity(topics: TopicClusters, data: DataSet, seed: int) -> tuple[Dimension, str]:
    from tools.scoring.divergence import divergence_score

    counts = {topic.name: topic.n for topic in topics.topics}
    # Topics that could have been told apart and were not: the empty places of the uniform reference.
    joined = {f"(joined {place})": 0 for place in range(1, topics.n_clusters - len(counts) + 1)}
    score = divergence_score(counts, dict.fromkeys([*counts, *joined], 1.0), seed=seed)
    n_sampled = sum(counts.values())
    settings: dict[str, JsonValue] = {
        "column": topics.column,
        "reference": f"uniform over {topics.n_clusters} topics",
        "clusters": topics.n_clusters,
        "same_topic_above": SAME_TOPIC,
        "sample": n_sampled,
        "seed": seed,
        "embedding": "all-MiniLM-L6-v2",
    }
    details: dict[str, JsonValue] = {
        **score.details,
        "rows": data.n_rows,
        "texts": topics.n_texts,
        "missing": topics.n_missing,
        "sampled": n_sampled,
        "distinct_in_sample": topics.n_distinct,
        "topics": {topic.name: {"n": topic.n, "examples": list(topic.examples)} for topic in topics.topics},
        "shown_rows": min(SHOWN_ROWS, n_sampled),
    }
    told = (
        f"Column {topics.column!r} of {data.name}: {len(counts)} topic{'s' * (len(counts) != 1)} of the "
        f"{topics.n_clusters} that could be told apart in a sample of {n_sampled:,} of {topics.n_texts:,} texts "
        f"({topics.n_distinct:,} different, {topics.n_missing:,} rows missing): {_top(counts, n_sampled)}. "
        f"Held against uniform.{_corrected(score)}"
    )
    rows = [(number, text, topic) for number, topic, text in topics.rows[:: max(1, n_sampled // SHOWN_ROWS)]]
    scored = Score(
        value=score.value,
        interval=score.interval,
        n=score.n,
        explanation=f"{score.explanation} {told}",
        details=details,
    )
    return (
        _dimension("data_diversity", rows[:SHOWN_ROWS], scored, topics.n_missing, settings, data, seed),
        told,
    )


def _dimension(
    capability: str,
    rows: list[tuple[int, str, str]],
    score: Score,
    n_missing: int,
    settings: dict[str, JsonValue],
    data: DataSet,
    seed: int,
) -> Dimension:
    """A dimension whose cases are a sample of the rows: (row number, text, category)."""
    cases = [
        Case(id=f"row-{number}", prompt=text[:SHOWN_CHARACTERS], subtype="row", difficulty="medium")
        for number, text, _ in rows
    ]
    credits = [
        Credit(case_id=case.id, category=category, details={"row": number})
        for case, (number, _, category) in zip(cases, rows, strict=True)
    ]
    suite = Suite(
        capability=capability,
        scoring="divergence",
        generator=f"{GENERATOR} {data.fingerprint[:16]}",
        seed=seed,
        cases=tuple(cases),
    )
    scores = DimensionScores(
        score=score,
        n_unscored=n_missing,
        unscored_reasons={"the value is missing": n_missing} if n_missing else {},
        subtypes=(),
        difficulties=(),
        chance=None,
        at=None,
        partial=False,
    )
    return build_dimension(suite, credits, scores, settings)


def _top(counts: dict[str, int], n: int) -> str:
    shown = ", ".join(
        f"{category} {count:,} ({count / n:.1%})"
        for category, count in list(counts.items())[:TOLD_CATEGORIES]
    )
    more = len(counts) - TOLD_CATEGORIES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _corrected(score: Score) -> str:
    """The small-sample correction in words; empty where there is no score."""
    corrected = score.details.get("bias_corrected")
    return (
        f" Corrected for small samples (Miller-Madow): {100 * corrected:.1f}."
        if isinstance(corrected, float)
        else ""
    )
