"""Topics of a text column: as many as there are, one for texts about one thing."""

import json
import math
from pathlib import Path

import pytest

from tools.data.data_set import DataError, DataSet
from tools.data.load import load_data
from tools.data.topic_clusters import CLUSTERS, cluster_topics
from tools.errors import Stopped
from tools.progress import Progress
from tools.scoring._closeness import divergence_score

FOOD = [f"The soup at table {number} was cold and the bread was stale." for number in range(30)]
FOOTBALL = [
    f"The striker scored goal number {number} in the last minute of the match." for number in range(30)
]


def data_of(folder: Path, texts: list[object]) -> DataSet:
    path = folder / "texts.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    return load_data(str(path))


def test_texts_about_one_thing_are_one_topic(tmp_path: Path) -> None:
    found = cluster_topics(data_of(tmp_path, [*FOOD]), "text")

    assert [topic.n for topic in found.topics] == [30]
    assert found.n_clusters == 6  # 30 texts, five for each cluster


def test_two_subjects_are_two_topics_and_score_as_two_of_ten(tmp_path: Path) -> None:
    found = cluster_topics(data_of(tmp_path, [*FOOD, *FOOTBALL]), "text")

    assert [topic.n for topic in found.topics] == [30, 30]
    assert found.n_clusters == CLUSTERS
    assert {
        len({topic for _, topic, text in found.rows if ("soup" in text) is soup}) for soup in (True, False)
    } == {1}
    counts = {topic.name: topic.n for topic in found.topics} | {str(empty): 0 for empty in range(8)}
    score = divergence_score(counts, dict.fromkeys(counts, 1.0))
    # KL of (1/2, 1/2, 0 ...) from uniform over ten is ln 10 - ln 2, so the score is ln 2 / ln 10.
    assert score.value == pytest.approx(math.log(2) / math.log(10))


def test_a_sample_is_repeated_by_its_seed_and_counts_the_whole(tmp_path: Path) -> None:
    data = data_of(tmp_path, [*FOOD, None, "", *FOOTBALL])

    one, again = (cluster_topics(data, "text", seed=3, size=20) for _ in range(2))

    assert one == again
    assert (len(one.rows), one.n_texts, one.n_missing) == (20, 60, 2)


def test_copies_of_one_text_are_one_topic(tmp_path: Path) -> None:
    found = cluster_topics(data_of(tmp_path, ["the same text again"] * 40), "text")

    assert ([topic.n for topic in found.topics], found.n_distinct) == ([40], 1)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([1.5] * 20, "holds numbers"),
        ([["a"]] * 20, "holds nested values"),
        (["a text of some words"] * 9, "has 9 texts, too few for topics"),
        ([str(number) for number in range(30)], "holds numbers, no texts"),
    ],
)
def test_what_holds_no_texts_is_refused(tmp_path: Path, texts: list[object], told: str) -> None:
    with pytest.raises(DataError, match=told):
        cluster_topics(data_of(tmp_path, texts), "text")


def test_it_can_be_stopped_while_texts_are_embedded(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.task == "embedding texts" and progress.done:
            raise Stopped

    with pytest.raises(Stopped):
        cluster_topics(data_of(tmp_path, [*FOOD, *FOOTBALL]), "text", report=stop)
