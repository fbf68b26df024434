"""Edits of facts one after another on tiny models: readings before and after, and the weights proven."""

import math
from collections.abc import Callable

import pytest
import torch

from tests.tools.editing.conftest import REQUEST, settings
from tools.editing.edit import EditError, EditSettings
from tools.editing.evaluation import measures
from tools.editing.facts import AskedPrompt, Fact
from tools.editing.request import EditRequest
from tools.errors import Stopped
from tools.evaluate_edits import evaluate_edits
from tools.models.language_model import LanguageModel
from tools.progress import Progress

__all__ = ["settings"]  # a fixture

FACT = Fact(
    number=1,
    request=REQUEST.model_copy(update={"true_target": "river"}),
    paraphrases=("the quick capital of the lazy dog",),
    neighbourhood=(AskedPrompt(prompt="one two three", target="four"),),
    portability=(AskedPrompt(prompt="and then the lazy dog", target="sea", group="Reasoning"),),
)
OTHER = Fact(
    number=4,
    request=EditRequest(subject="the sea", prompt="the river runs to {}", target="ten", true_target="one"),
)


def test_every_prompt_is_read_before_and_after_and_the_weights_are_the_bases(
    own_tiny: LanguageModel, settings: Callable[..., EditSettings]
) -> None:
    base = own_tiny.weights_hash
    hashes = []
    found = []
    for fact in evaluate_edits(own_tiny, [FACT, OTHER], settings()):
        hashes.append(own_tiny.weights_hash)
        found.append(fact)
    assert hashes == [base, base]
    first, second = found
    assert [prompt.kind for prompt in first.prompts] == [
        "efficacy",
        "paraphrase",
        "neighbourhood",
        "portability",
    ]
    asked = first.prompts[0]
    assert asked.prompt == "and the capital of the lazy dog"
    assert asked.before is not None and asked.after is not None
    assert asked.after.expected.p > asked.before.expected.p
    assert asked.after.expected.p > 0.5
    assert (first.number, second.number, first.layer) == (1, 4, 1)
    neighbour = first.prompts[2]
    assert (neighbour.expected, neighbour.rival) == ("four", "the")
    portable = first.prompts[3]
    assert (portable.group, portable.rival) == ("Reasoning", None)
    assert measures(found)[0].value == 1.0


def test_what_is_read_before_is_what_the_model_says(
    own_tiny: LanguageModel, settings: Callable[..., EditSettings]
) -> None:
    (found,) = evaluate_edits(own_tiny, [FACT], settings())
    asked = [(prompt.prompt, f" {prompt.expected}") for prompt in found.prompts]
    for index, score in own_tiny.log_probs(asked):
        before = found.prompts[index].before
        assert before is not None
        assert before.expected.log_p == pytest.approx(score.total, abs=1e-4)
        assert before.expected.n_tokens == len(score.log_probs)
        assert (before.expected.greedy == 1.0) == score.is_greedy


def test_an_edit_that_cannot_be_computed_counts_as_one_that_changed_nothing(
    own_tiny: LanguageModel, settings: Callable[..., EditSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tools.editing import rome

    real = rome.compute_batch_edit

    def sometimes(model, requests, *rest, **named):  # type: ignore[no-untyped-def]
        if requests[0].subject == OTHER.request.subject:
            raise EditError("No value was found.")
        return real(model, requests, *rest, **named)

    monkeypatch.setattr(rome, "compute_batch_edit", sometimes)
    first, second = evaluate_edits(own_tiny, [FACT, OTHER], settings())
    assert first.not_edited is None
    assert (second.not_edited, second.layer) == ("No value was found.", None)
    assert second.prompts[0].before == second.prompts[0].after is not None


def test_where_none_of_the_first_can_be_edited_the_reason_is_raised(
    own_tiny: LanguageModel, settings: Callable[..., EditSettings]
) -> None:
    with pytest.raises(EditError, match="no layer 99"):
        list(evaluate_edits(own_tiny, [FACT] * 7, settings(layer=99)))


def test_a_prompt_that_cannot_be_read_is_unscored_with_the_reason(
    own_tiny: LanguageModel, settings: Callable[..., EditSettings]
) -> None:
    fact = FACT.model_copy(update={"paraphrases": ("",), "neighbourhood": (), "portability": ()})
    odd = fact.model_copy(
        update={"neighbourhood": (AskedPrompt(prompt="one two", target="six " * 400),)},
    )
    (found,) = evaluate_edits(own_tiny, [odd], settings())
    neighbour = found.prompts[2]
    assert neighbour.after is None
    assert neighbour.unscored_reason


def test_broken_logits_are_unscored(own_tiny: LanguageModel, settings: Callable[..., EditSettings]) -> None:
    with torch.no_grad():
        own_tiny.model.get_output_embeddings().weight[5] = math.nan
    with pytest.raises(EditError):
        list(evaluate_edits(own_tiny, [FACT], settings()))


@pytest.mark.parametrize("at", [3, 12, 25])
def test_stopping_anywhere_leaves_the_weights(
    own_tiny: LanguageModel, settings: Callable[..., EditSettings], at: int
) -> None:
    base, calls = own_tiny.weights_hash, 0

    def stop(progress: Progress) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise Stopped

    with pytest.raises(Stopped):
        list(evaluate_edits(own_tiny, [FACT] * 3, settings(), report=stop))
    assert own_tiny.weights_hash == base


def test_the_progress_is_that_of_all_edits(
    own_tiny: LanguageModel, settings: Callable[..., EditSettings]
) -> None:
    seen: list[Progress] = []
    list(evaluate_edits(own_tiny, [FACT, OTHER], settings(), report=seen.append))
    assert all((each.total, each.unit) == (2, "edits") for each in seen)
    assert [each.done for each in seen] == sorted(each.done for each in seen)
    assert seen[-1].done == 2
    assert any("finding the value" in each.task for each in seen)
