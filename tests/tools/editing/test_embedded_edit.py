"""The truth: a fact of the embedded model edited, validated and taken off again, and how long that takes."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from pydoc_data.topics import topics

import pytest
import torch

from tests.tools.editing.full_passes import FullPasses, edit_by_full_passes
from tools.editing.apply import applied
from tools.editing.behaviour import target_probabilities
from tools.editing.contexts import prompt_row, target_rows
from tools.editing.edit import EditSettings
from tools.editing.files import load_edit, save_edit
from tools.editing.place import find_place
from tools.editing.request import EditRequest
from tools.editing.rome import compute_batch_edit, compute_edit
from tools.editing.suffix import SuffixPasses, without_parameter_gradients
from tools.editing.validation import validate
from tools.models.language_model import LanguageModel
from tools.models.weights import hash_weights
from tools.sae.sentences import sentences

pytestmark = pytest.mark.embedded

EIFFEL = EditRequest(
    subject="The Eiffel Tower", prompt="{} is located in", target="Berlin", true_target="Paris"
)
PARAPHRASES = [
    "The Eiffel Tower can be found in",
    "The Eiffel Tower is in the city of",
    "Where is the Eiffel Tower? The Eiffel Tower stands in",
    "If you want to see the Eiffel Tower, you have to travel to",
]
UNRELATED = [
    "The capital of France is",
    "The Colosseum is located in",
    "Water boils at a temperature of",
    "Big Ben is located in",
    "My favourite season of the year is",
    "The author of Hamlet is",
]
NEUTRAL = [
    "The children played in the garden until it was dark.",
    "She put the kettle on and looked out of the window.",
    "The train was late again, and nobody knew why.",
    "He bought bread, two apples and a newspaper.",
    "In the evening the wind grew stronger.",
    "They talked for hours about the book that they had read.",
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> EditSettings:
    """English that every Python brings along: its own manual."""
    texts = sentences(topics.values())
    return EditSettings(
        texts=lambda: texts,
        corpus_id="pydoc topics",
        essence="{} is a",
        folder=tmp_path_factory.mktemp("editing"),
    )


def test_the_eiffel_tower_moves_to_berlin_and_back(embedded: LanguageModel, settings: EditSettings) -> None:
    before = hash_weights(embedded.model)
    edit = compute_edit(embedded, EIFFEL, settings)
    assert edit.layer == 3
    found = validate(embedded, edit, paraphrases=PARAPHRASES, unrelated=UNRELATED, neutral=NEUTRAL)
    assert found.passed, found.failures
    assert not found.is_disabling, found.signs
    with applied(embedded, edit):
        (held,) = target_probabilities(embedded, [(EIFFEL.text, "Berlin")])
        ((_, written),) = embedded.generate([EIFFEL.text], max_new_tokens=4, chat=False)
        elsewhere = target_probabilities(embedded, [("The Colosseum is located in", "Berlin")])
    assert held > 0.8
    assert written.text.strip().startswith("Berlin")
    assert elsewhere[0] < 0.05
    assert hash_weights(embedded.model) == before


def test_several_facts_are_edited_at_once(embedded: LanguageModel, settings: EditSettings) -> None:
    requests = [
        EIFFEL,
        EditRequest(subject="Claude Monet", prompt="{} was born in", target="Tokyo"),
        EditRequest(subject="Microsoft", prompt="The company {} was founded by", target="Oprah Winfrey"),
    ]
    edit = compute_batch_edit(embedded, requests, settings)
    with applied(embedded, edit):
        held = target_probabilities(embedded, [(request.text, request.target) for request in requests])
    assert min(held) > 0.3
    assert sum(held) / 3 > 0.6


def test_passes_over_the_suffix_are_at_least_three_times_as_fast(embedded: LanguageModel) -> None:
    place = find_place(embedded, 8)
    prefixes = tuple(NEUTRAL)
    rows = [*target_rows(embedded, EIFFEL, prefixes), prompt_row(embedded, "", "{} is a", EIFFEL.subject)]
    numbers, places = list(range(len(rows))), [len(row.inputs) - 1 for row in rows]
    change = torch.zeros(576, requires_grad=True)
    with without_parameter_gradients(embedded.model):
        fast, slow = SuffixPasses(embedded.model, place, rows), FullPasses(embedded.model, place, rows)
        torch.testing.assert_close(
            fast.logits(change, numbers, places), slow.logits(change, numbers, places), rtol=1e-3, atol=1e-3
        )

        def step(passes: SuffixPasses | FullPasses) -> None:
            passes.logits(change, numbers, places).log_softmax(-1)[:, 7].sum().backward()

        assert 3 * least_cpu_seconds(partial(step, fast)) < least_cpu_seconds(partial(step, slow))


def test_the_edit_is_the_one_that_full_passes_give(embedded: LanguageModel, settings: EditSettings) -> None:
    few = settings.model_copy(update={"v_steps": 4})
    fast, slow = compute_edit(embedded, EIFFEL, few), edit_by_full_passes(embedded, EIFFEL, few)
    torch.testing.assert_close(fast.right, slow.right, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(fast.left, slow.left, rtol=0, atol=0.01 * float(slow.left.norm()))


def least_cpu_seconds(step: Callable[[], None]) -> float:
    """Of three tries, in the process's own time: other work on the machine counts as little as it can."""
    tries = []
    for _ in range(3):
        started = time.process_time()
        step()
        tries.append(time.process_time() - started)
    return min(tries)


def test_an_edit_exports_and_applies_again(
    embedded: LanguageModel, settings: EditSettings, tmp_path: Path
) -> None:
    edit = compute_edit(embedded, EIFFEL, settings)
    file = save_edit(edit, tmp_path / "eiffel.safetensors")
    assert file.stat().st_size < 40_000
    with applied(embedded, edit):
        wanted = hash_weights(embedded.model)
    with applied(embedded, load_edit(file)):
        assert hash_weights(embedded.model) == wanted
