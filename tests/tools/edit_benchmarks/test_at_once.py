from pathlib import Path

import pytest

from tests.conftest import TRAINING_TEXT
from tools.edit_benchmarks._at_once import at_once
from tools.editing.apply import applied
from tools.editing.contexts import choose_prefixes, target_rows
from tools.editing.edit import Edit, EditError, EditSettings
from tools.editing.key import mean_key, subject_keys
from tools.editing.place import find_place
from tools.editing.request import EditRequest
from tools.models.language_model import LanguageModel
from tools.progress import silent

WORDS = " ".join(TRAINING_TEXT).split()
TEXTS = tuple(" ".join(WORDS[start:] + WORDS[:start]) for start in range(len(WORDS)))
"""Every rotation of the words: enough tokens for the covariance of a tiny model."""
REQUESTS = tuple(
    EditRequest(subject=subject, prompt="and then {} runs to", target="the sea")
    for subject in ("the lazy dog", "the capital of France", "the quick brown fox")
)


@pytest.fixture
def settings(tmp_path: Path) -> EditSettings:
    return EditSettings(
        texts=lambda: TEXTS, corpus_id="rotations", essence="{} is a", layer=1, n_contexts=4, folder=tmp_path
    )


def rank_one(model: LanguageModel, request: EditRequest, seed: int) -> Edit:
    """A change of no meaning, which the test does not need."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    left, right = torch.randn(32, 1, generator=generator), torch.randn(1, 64, generator=generator)
    name = find_place(model, 1).name
    return Edit((request,), 1, name, left, right, model.weights_hash, None, 0.1)


def test_a_batch_gives_each_key_the_value_that_it_had_at_once_after_its_edit(
    own_tiny: LanguageModel, settings: EditSettings
) -> None:
    import torch

    place = find_place(own_tiny, 1)
    rows = [target_rows(own_tiny, request, choose_prefixes(settings)) for request in REQUESTS]
    keys = [mean_key(subject_keys(own_tiny, place, of_one)) for of_one in rows]
    edits: list[Edit] = []
    values = []

    def one_more(left: tuple[EditRequest, ...]) -> None:
        if left:
            edits.append(rank_one(own_tiny, left[0], seed=len(edits)))
            with applied(own_tiny, edits[-1]):
                values.append(place.matrix() @ keys[len(edits) - 1])
                one_more(left[1:])

    one_more(REQUESTS)
    batch = at_once(own_tiny, edits, settings, report=silent)
    assert (batch.rank, batch.requests, batch.base_hash) == (3, REQUESTS, own_tiny.weights_hash)
    with applied(own_tiny, batch):
        for key, value in zip(keys, values, strict=True):
            torch.testing.assert_close(place.matrix() @ key, value, atol=1e-3, rtol=1e-3)


def test_two_edits_of_one_subject_cannot_be_put_in_at_once(
    own_tiny: LanguageModel, settings: EditSettings
) -> None:
    edits = [rank_one(own_tiny, REQUESTS[0], seed) for seed in (0, 1)]
    with pytest.raises(EditError, match="same subject"):
        at_once(own_tiny, edits, settings, report=silent)
