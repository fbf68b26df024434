"""Topics of a text column: clusters of sentence embeddings, those that cannot be told apart taken as one.

A uniform sample of the texts (its size is part of the result) is embedded and cut into k clusters by k-means (Lloyd
1982; k-means++ start, seeded). K-means always finds k clusters, in texts about one thing as well, and of about equal
size; so clusters whose centres have a cosine similarity above SAME_TOPIC count as one topic, joined while there
are any. The topics that remain are compared with k equally frequent ones: texts about one thing fill one
of k and score 0.

Caveats: clusters are fitted to the sample that they are counted on; the interval holds the clusters fixed. Topic
means what the embedding (all-MiniLM-L6-v2, the first 256 tokens, mostly English) holds apart. Neither style nor
quality is seen.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.data.columns import describe, is_missing
from tools.data.data_set import DataError, DataSet
from tools.data.sample import Reservoir
from tools.progress import Progress, Report, silent

if TYPE_CHECKING:
    import numpy as np

SAMPLE = 500
CLUSTERS = 10
TEXTS_PER_CLUSTER = 5
"""With fewer texts than this for each of CLUSTERS there are fewer clusters."""
FEWEST_TEXTS = 2 * TEXTS_PER_CLUSTER
SAME_TOPIC = 0.7
"""Cosine similarity of two cluster centres from which on they are one topic."""
CHARACTERS = 2_000
"""What is kept of a text: more than the embedding reads."""
EMBEDDED_AT_ONCE = 32
WORDS = 3


@dataclass(frozen=True)
class Topic:
    """Texts that are about one thing."""

    name: str
    """Its number and the words that set it apart."""
    n: int
    examples: tuple[str, ...]
    """The texts nearest to its centre."""


@dataclass(frozen=True)
class TopicClusters:
    """Topics of a sample of a text column."""

    column: str
    n_clusters: int
    """Clusters that k-means looked for: how many topics could have been told apart."""
    topics: tuple[Topic, ...]
    """The largest first; at most `n_clusters`."""
    rows: tuple[tuple[int, str, str], ...]
    """The sampled rows: (row number from 1, topic, text), in order."""
    n_texts: int
    """Texts of the whole column."""
    n_distinct: int
    """Different texts in the sample."""
    n_missing: int


def cluster_topics(
    data: DataSet, column: str, *, seed: int = 0, size: int = SAMPLE, report: Report = silent
) -> TopicClusters:
    """Sample a text column, embed the texts and find their topics.

    Raises DataError where the column holds no texts, or fewer than FEWEST_TEXTS.
    """
    sample: Reservoir[tuple[int, str]] = Reservoir(size, seed)
    n_missing = 0
    for number, (value,) in enumerate(data.rows([column], report), 1):
        if is_missing(value):
            n_missing += 1
        elif isinstance(value, str):
            sample.offer((number, value[:CHARACTERS]))
        else:
            what = "nested values" if isinstance(value, list | dict | tuple | bytes) else "numbers"
            raise DataError(
                f"The column {column!r} holds {what} (row {number:,}), no texts.", _others(data, column)
            )
    if sample.offered < FEWEST_TEXTS:
        raise DataError(
            f"The column {column!r} has {sample.offered} texts, too few for topics.",
            f"Give at least {FEWEST_TEXTS}.",
        )
    if describe(data)[column].kind == "number":
        raise DataError(f"The column {column!r} holds numbers, no texts.", _others(data, column))
    drawn = sorted(sample.items)
    texts = [text for _, text in drawn]
    vectors = _embedded(texts, report)
    n_clusters = min(CLUSTERS, len(texts) // TEXTS_PER_CLUSTER)
    topic_of = _topics(vectors, n_clusters, seed)
    topics = _described(texts, vectors, topic_of)
    return TopicClusters(
        column=column,
        n_clusters=n_clusters,
        topics=tuple(topics),
        rows=tuple(
            (number, topics[topic].name, text) for (number, text), topic in zip(drawn, topic_of, strict=True)
        ),
        n_texts=sample.offered,
        n_distinct=len(set(texts)),
        n_missing=n_missing,
    )


def _embedded(texts: list[str], report: Report) -> "np.ndarray":
    """Unit vectors [text, width], in pieces, so that it can be stopped; equal texts are embedded once."""
    import numpy as np

    from tools.models.embeddings import embed

    distinct = sorted(set(texts), key=len)
    pieces = []
    for start in range(0, len(distinct), EMBEDDED_AT_ONCE):
        report(Progress("embedding texts", start, len(distinct), unit="texts"))
        pieces.append(embed(distinct[start : start + EMBEDDED_AT_ONCE]))
    vectors = np.concatenate(pieces)
    place = {text: index for index, text in enumerate(distinct)}
    return vectors[[place[text] for text in texts]]


def _topics(vectors: "np.ndarray", n_clusters: int, seed: int) -> list[int]:
    """The topic of each vector, numbered from the largest."""
    import numpy as np
    from sklearn.cluster import KMeans

    n_distinct = len(np.unique(vectors, axis=0))
    fitted = KMeans(min(n_clusters, n_distinct), n_init=4, random_state=seed).fit(vectors)
    members = [np.flatnonzero(fitted.labels_ == cluster) for cluster in range(fitted.n_clusters)]
    members = [rows for rows in members if len(rows)]
    while len(members) > 1:
        centres = np.stack([_centre(vectors[rows]) for rows in members])
        similarity = centres @ centres.T
        np.fill_diagonal(similarity, -1.0)
        one, other = np.unravel_index(similarity.argmax(), similarity.shape)
        if similarity[one, other] <= SAME_TOPIC:
            break
        joined = np.concatenate([members[one], members[other]])
        members = [rows for place, rows in enumerate(members) if place not in (one, other)] + [joined]
    members.sort(key=lambda rows: (-len(rows), int(rows.min())))
    topic_of = [0] * len(vectors)
    for topic, rows in enumerate(members):
        for row in rows:
            topic_of[int(row)] = topic
    return topic_of


def _centre(vectors: "np.ndarray") -> "np.ndarray":
    import numpy as np

    mean = vectors.mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-12)


def _described(texts: list[str], vectors: "np.ndarray", topic_of: list[int]) -> list[Topic]:
    import numpy as np

    sizes = Counter(topic_of)
    words = _words(texts, topic_of, len(sizes))
    topics = []
    for topic in range(len(sizes)):
        rows = [row for row, its_topic in enumerate(topic_of) if its_topic == topic]
        nearness = vectors[rows] @ _centre(vectors[rows])
        nearest = [texts[rows[place]] for place in np.argsort(-nearness, kind="stable")]
        examples = tuple(text[:200] for text in list(dict.fromkeys(nearest))[:3])
        topics.append(Topic(f"{topic + 1}: {', '.join(words[topic])}".rstrip(": "), sizes[topic], examples))
    return topics


def _words(texts: list[str], topic_of: list[int], n_topics: int) -> list[list[str]]:
    """The words with the highest TF-IDF of each topic, all its texts taken as one document."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    documents = [
        " ".join(text for text, its_topic in zip(texts, topic_of, strict=True) if its_topic == topic)
        for topic in range(n_topics)
    ]
    vectorizer = TfidfVectorizer(
        stop_words="english", token_pattern=r"(?u)\b[^\W\d_]{3,20}\b", max_features=20_000
    )
    try:
        weights = vectorizer.fit_transform(documents).toarray()
    except ValueError:  # no words at all, as in scripts without spaces
        return [[] for _ in documents]
    names = vectorizer.get_feature_names_out()
    return [[str(names[place]) for place in row.argsort()[::-1][:WORDS] if row[place] > 0] for row in weights]


def _others(data: DataSet, column: str) -> str:
    texts = [each.name for each in describe(data).values() if each.kind == "text" and each.name != column]
    return f"Name a column of texts: {', '.join(texts[:12])}." if texts else "Name a column of texts."
