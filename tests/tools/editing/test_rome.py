"""Edits computed on tiny models of every kind and on the embedded model."""

from collections.abc import Callable

import pytest
import torch

from tests.conftest import make_language_model
from tests.tools.editing.conftest import REQUEST
from tests.tools.editing.full_passes import edit_by_full_passes
from tools.editing.apply import applied
from tools.editing.contexts import target_rows
from tools.editing.edit import EditError, EditSettings
from tools.editing.key import mean_key, subject_keys
from tools.editing.place import find_place
from tools.editing.request import EditRequest
from tools.editing.rome import compute_batch_edit, compute_edit
from tools.models.language_model import LanguageModel
from tools.models.weights import hash_weights
from tools.progress import Progress

MakeSettings = Callable[..., EditSettings]


def joint_probability(model: LanguageModel, request: EditRequest) -> float:
    ((_, score),) = model.log_probs([(request.text, f" {request.target}")])
    return float(torch.tensor(score.total).exp())


def test_an_edit_raises_the_target_in_a_model_of_every_kind(
    tiny_of_every_kind: LanguageModel, settings: MakeSettings
) -> None:
    model = tiny_of_every_kind
    before = joint_probability(model, REQUEST)
    edit = compute_edit(model, REQUEST, settings())
    with applied(model, edit):
        after = joint_probability(model, REQUEST)
    # Gemma normalises what the module writes, so that a random model of its kind can hardly be moved.
    assert after > (0.01 if "gemma" in model.name else 0.4)
    assert after > 20 * before
    assert edit.rank == 1
    assert edit.norm_ratio > 0


def test_the_edited_module_maps_the_key_to_the_value_in_every_kind(
    tiny_of_every_kind: LanguageModel, settings: MakeSettings
) -> None:
    model = tiny_of_every_kind
    place = find_place(model, 1)
    edit = compute_edit(model, REQUEST, settings(contexts=("one two three.",), n_contexts=1))
    key = mean_key(subject_keys(model, place, target_rows(model, REQUEST, ("one two three.",))))
    before = place.module(key)
    with applied(model, edit):
        after = place.module(key)
    torch.testing.assert_close(after - before, edit.left[:, 0], rtol=1e-3, atol=1e-4)
    assert torch.linalg.matrix_rank(edit.left @ edit.right) == 1


def test_the_edit_is_the_one_that_full_passes_give_in_every_kind(
    tiny_of_every_kind: LanguageModel, settings: MakeSettings
) -> None:
    # Few steps: differences in rounding grow with each.
    model, few = tiny_of_every_kind, settings(v_steps=5)
    fast, slow = compute_edit(model, REQUEST, few), edit_by_full_passes(model, REQUEST, few)
    assert fast.details["post_condition_error"] < 1e-3  # W'k* = v*
    assert slow.details["post_condition_error"] < 1e-3
    assert torch.equal(fast.right, slow.right)
    torch.testing.assert_close(fast.left, slow.left, rtol=1e-3, atol=1e-4)


def test_computing_an_edit_changes_nothing(tiny_of_every_kind: LanguageModel, settings: MakeSettings) -> None:
    model = tiny_of_every_kind
    before = hash_weights(model.model)
    learning = [parameter.requires_grad for parameter in model.model.parameters()]
    compute_edit(model, REQUEST, settings())
    assert hash_weights(model.model) == before
    assert [parameter.requires_grad for parameter in model.model.parameters()] == learning
    assert all(parameter.grad is None for parameter in model.model.parameters())
    assert not any(
        module._forward_hooks or module._forward_pre_hooks or "forward" in module.__dict__
        for module in model.model.modules()
    )


def test_the_same_seed_gives_the_same_edit(tiny: LanguageModel, settings: MakeSettings) -> None:
    one, two = (compute_edit(tiny, REQUEST, settings(seed=3)) for _ in range(2))
    assert torch.equal(one.left, two.left)
    assert torch.equal(one.right, two.right)
    assert not torch.equal(one.right, compute_edit(tiny, REQUEST, settings(seed=4)).right)


def test_a_batch_edit_holds_every_fact_at_once(tiny: LanguageModel, settings: MakeSettings) -> None:
    requests = [
        REQUEST,
        EditRequest(subject="the river", prompt="and then {}", target="nine"),
        EditRequest(subject="seven eight", prompt="six and {}", target="is"),
    ]
    before = [joint_probability(tiny, request) for request in requests]
    edit = compute_batch_edit(tiny, requests, settings())
    assert edit.rank == 3
    assert edit.requests == tuple(requests)
    with applied(tiny, edit):
        after = [joint_probability(tiny, request) for request in requests]
    assert all(new > 5 * old for new, old in zip(after, before, strict=True))


def test_two_edits_of_one_subject_do_not_fit_into_one_batch(
    tiny: LanguageModel, settings: MakeSettings
) -> None:
    other = EditRequest(subject=REQUEST.subject, prompt="and the capital of {} is", target="nine")
    with pytest.raises(EditError, match="the same subject"):
        compute_batch_edit(tiny, [REQUEST, other], settings())


def test_a_target_of_several_tokens_is_edited_whole(tiny: LanguageModel, settings: MakeSettings) -> None:
    request = EditRequest(subject="the lazy dog", prompt="and the capital of {}", target="the quick")
    before = joint_probability(tiny, request)
    edit = compute_edit(tiny, request, settings())
    with applied(tiny, edit):
        assert joint_probability(tiny, request) > 100 * before


def test_a_target_that_the_model_says_already_is_refused(tiny: LanguageModel, settings: MakeSettings) -> None:
    edit = compute_edit(tiny, REQUEST, settings())
    with applied(tiny, edit), pytest.raises(EditError, match="already says 'the'"):
        compute_edit(tiny, REQUEST, settings())


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (EditRequest(subject="the dog", prompt="{} runs to", target="  "), "The new target is empty"),
        (EditRequest(subject=" ", prompt="{} runs to", target="Paris"), "The subject is empty"),
    ],
)
def test_empty_requests_are_refused(
    tiny: LanguageModel, settings: MakeSettings, request_: EditRequest, message: str
) -> None:
    with pytest.raises(EditError, match=message):
        compute_edit(tiny, request_, settings())


def test_a_layer_that_there_is_not_is_refused(tiny: LanguageModel, settings: MakeSettings) -> None:
    with pytest.raises(EditError, match="no layer 7"):
        compute_edit(tiny, REQUEST, settings(layer=7))


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_a_model_in_half_precision_is_edited(kind: str, settings: MakeSettings) -> None:
    model = make_language_model(kind)
    model.model.to(torch.bfloat16)
    edit = compute_edit(model, REQUEST, settings())
    assert edit.left.dtype == torch.float32
    assert edit.details["forward_dtype"] == "bfloat16"
    with applied(model, edit):
        assert joint_probability(model, REQUEST) > 0.3


def test_stopping_leaves_the_model_as_it_was(own_tiny: LanguageModel, settings: MakeSettings) -> None:
    before = hash_weights(own_tiny.model)

    def interrupting(progress: Progress) -> None:
        if progress.task.startswith("editing") and progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compute_edit(own_tiny, REQUEST, settings(), report=interrupting)
    assert hash_weights(own_tiny.model) == before
    assert all(parameter.requires_grad for parameter in own_tiny.model.parameters())
    assert not any(module._forward_hooks for module in own_tiny.model.modules())
