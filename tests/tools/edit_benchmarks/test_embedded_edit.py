"""The truth: all thirteen for one edit of the embedded model, how long they take and what is left of them."""

import resource
import time
from pydoc_data.topics import topics

import pytest

from prompts.probes.source import RelationProbes
from tools.editing.apply import commit
from tools.editing.edit import EditSettings
from tools.editing.request import EditRequest
from tools.editing.rome import compute_edit
from tools.models.language_model import LanguageModel
from tools.models.weights import hash_weights
from tools.run_edit_benchmarks import reading, run_edit_benchmarks
from tools.sae.sentences import sentences

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(1200)]  # a covariance, five edits and much reading

EIFFEL = EditRequest(
    subject="The Eiffel Tower", prompt="{} is located in", target="Berlin", true_target="Paris"
)
CORES = 2


def test_all_thirteen_of_one_edit_in_a_minute_on_two_cores(
    embedded: LanguageModel, tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = sentences(topics.values())  # English that every Python brings along: its own manual
    settings = EditSettings(
        texts=lambda: texts,
        corpus_id="pydoc topics",
        essence="{} is a",
        folder=tmp_path_factory.mktemp("editing"),
    )
    unedited = hash_weights(embedded.model)
    made = commit(embedded, compute_edit(embedded, EIFFEL, settings))
    try:
        edited = hash_weights(embedded.model)
        started = time.process_time()
        results = list(run_edit_benchmarks(embedded, made.edit, RelationProbes(), settings=settings))
        seconds = time.process_time() - started
        assert hash_weights(embedded.model) == edited
    finally:
        made.undo()
    assert hash_weights(embedded.model) == unedited

    by_name = {result.name: result for result in results}
    assert len(by_name) == 13
    assert [name for name, result in by_name.items() if result.score is None] == []
    assert by_name["EditBench"].passed
    assert (by_name["EditBench"].before or 0.0) < 0.1
    assert by_name["FineTuneDiff"].passed
    assert by_name["LocalitySensitivityScore"].passed
    assert by_name["SequentialEditRetention"].passed
    assert by_name["SequentialCollapseThreshold"].details["collapse_index"] is None
    assert by_name["EditBench"].probes[0].said_after
    assert not reading(results).startswith("No reading")
    # Of processor time, since other work on the machine makes the clock say anything.
    assert seconds < 60 * CORES
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 4 * 2**20  # KiB
