"""Edits come off again bit for bit, whatever happens while they are on."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from tests.conftest import make_language_model
from tests.tools.editing.conftest import REQUEST
from tools.editing.apply import after_edit, applied, before_edit, commit, committed
from tools.editing.edit import Edit, EditError
from tools.errors import Stopped
from tools.models.language_model import LanguageModel
from tools.models.layers import find_decoder
from tools.models.weights import hash_weights


def edit_of(model: LanguageModel, layer: int = 1, seed: int = 0) -> Edit:
    """A random edit of rank 1 that applies to the model as it is."""
    found = find_decoder(model.model).layers[layer]
    shape = found.down_projection.weight.shape
    d_out, d_in = (shape[1], shape[0]) if found.down_projection_is_transposed else shape
    generator = torch.Generator().manual_seed(seed)
    left = torch.randn(d_out, 1, generator=generator)
    right = torch.randn(1, d_in, generator=generator)
    return Edit((REQUEST,), layer, found.down_projection_name, left, right, model.weights_hash, None, 0.1, {})


def test_an_edit_changes_its_matrix_and_nothing_else(tiny_of_every_kind: LanguageModel) -> None:
    model = tiny_of_every_kind
    edit = edit_of(model)
    layer = find_decoder(model.model).layers[1]
    before = {name: parameter.clone() for name, parameter in model.model.named_parameters()}
    with applied(model, edit):
        changed = [
            name
            for name, parameter in model.model.named_parameters()
            if not torch.equal(parameter, before[name])
        ]
        weight = layer.down_projection.weight.detach()
        difference = weight - before[changed[0]]
    assert changed == [f"{layer.down_projection_name}.weight"]
    assert layer.down_projection_is_transposed == ("gpt2" in model.name)
    wanted = (edit.left @ edit.right).T if "gpt2" in model.name else edit.left @ edit.right
    torch.testing.assert_close(difference, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("raised", [ValueError, Stopped, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_weights_are_restored_bit_for_bit_whatever_is_raised(
    tiny: LanguageModel, raised: type[BaseException]
) -> None:
    before = hash_weights(tiny.model)
    with pytest.raises(raised), applied(tiny, edit_of(tiny)):
        assert hash_weights(tiny.model) != before
        raise raised
    assert hash_weights(tiny.model) == before
    assert tiny.weights_hash == before


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_adding_and_subtracting_would_not_restore_but_applied_does(dtype: torch.dtype) -> None:
    model = make_language_model()
    model.model.to(dtype)
    before = hash_weights(model.model)
    edit = edit_of(model)
    weight = find_decoder(model.model).layers[1].down_projection.weight
    delta = (edit.left @ edit.right).to(dtype)
    if dtype != torch.float64:  # these float64 weights have bits to spare
        assert not torch.equal((weight.detach() + delta) - delta, weight)
    with applied(model, edit):
        pass
    assert hash_weights(model.model) == before


def test_several_edits_of_one_and_of_two_modules_come_off_together(tiny: LanguageModel) -> None:
    before = hash_weights(tiny.model)
    edits = edit_of(tiny, 1, 0), edit_of(tiny, 1, 1), edit_of(tiny, 2, 2)
    with applied(tiny, *edits):
        assert hash_weights(tiny.model) != before
    assert hash_weights(tiny.model) == before


def test_an_edit_made_on_an_edited_model_applies_after_the_first(tiny: LanguageModel) -> None:
    first = edit_of(tiny, 1, 0)
    with applied(tiny, first):
        second = edit_of(tiny, 1, 1)
        with applied(tiny, second):
            both = hash_weights(tiny.model)
    with applied(tiny, first, second):
        assert hash_weights(tiny.model) == both
    with pytest.raises(EditError, match="made on other weights"), applied(tiny, second):
        pass


def test_an_edit_of_another_base_is_refused_and_nothing_changes(tiny: LanguageModel) -> None:
    before = hash_weights(tiny.model)
    other = replace(edit_of(tiny), base_hash="0" * 64)
    with pytest.raises(EditError, match="made on other weights"):
        commit(tiny, other)
    with pytest.raises(EditError, match="made on other weights"), applied(tiny, edit_of(tiny), other):
        pass
    assert hash_weights(tiny.model) == before
    assert committed(tiny) == ()


def test_an_edit_of_another_shape_or_module_is_refused(tiny: LanguageModel) -> None:
    narrow = replace(edit_of(tiny), right=torch.ones(1, 3))
    with pytest.raises(EditError, match="is for a 32 x 3 matrix"), applied(tiny, narrow):
        pass
    elsewhere = replace(edit_of(tiny), module="model.layers.1.self_attn.o_proj")
    with pytest.raises(EditError, match="no down-projection"), applied(tiny, elsewhere):
        pass


def test_committed_edits_stay_until_they_are_undone_last_first(own_tiny: LanguageModel) -> None:
    before = own_tiny.weights_hash
    first = commit(own_tiny, edit_of(own_tiny, 1, 0))
    assert first.edit.edited_hash == own_tiny.weights_hash != before
    second = commit(own_tiny, edit_of(own_tiny, 1, 1))
    assert committed(own_tiny) == (first, second)
    with pytest.raises(EditError, match="on top of this one"):
        first.undo()
    second.undo()
    assert own_tiny.weights_hash == first.edit.edited_hash
    first.undo()
    assert own_tiny.weights_hash == before
    with pytest.raises(EditError, match="nothing to roll back"):
        first.undo()


def test_the_model_before_and_after_an_edit_can_be_seen_whether_it_is_committed_or_not(
    own_tiny: LanguageModel,
) -> None:
    base = own_tiny.weights_hash
    edit = edit_of(own_tiny)
    with before_edit(own_tiny, edit):
        assert own_tiny.weights_hash == base
    with after_edit(own_tiny, edit):
        edited = own_tiny.weights_hash
    assert own_tiny.weights_hash == base != edited
    made = commit(own_tiny, edit)
    later = commit(own_tiny, edit_of(own_tiny, 2, 1))
    live = own_tiny.weights_hash
    for one in (edit, made.edit):
        with before_edit(own_tiny, one):
            assert own_tiny.weights_hash == base
        assert own_tiny.weights_hash == live
    with before_edit(own_tiny, later.edit):
        assert own_tiny.weights_hash == edited
    with after_edit(own_tiny, edit):
        assert own_tiny.weights_hash == live
    with pytest.raises(KeyboardInterrupt), before_edit(own_tiny, edit):
        raise KeyboardInterrupt
    assert own_tiny.weights_hash == live


def test_a_failed_restoration_is_not_kept_quiet(
    own_tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = edit_of(own_tiny)
    written: list[Callable[..., None]] = []
    with pytest.raises(EditError, match="could not be restored"), applied(own_tiny, edit):
        monkeypatch.setattr("tools.editing.apply._write", lambda *arguments: written.append(print))
    assert written


def test_shared_and_quantised_weights_are_refused(own_tiny: LanguageModel) -> None:
    edit = edit_of(own_tiny)
    layers = find_decoder(own_tiny.model).layers
    own = layers[1].down_projection.weight
    layers[1].down_projection.weight = layers[0].down_projection.weight
    with pytest.raises(EditError, match=r"shares its weights with model\.layers\.0\.mlp\.down_proj\.weight"):
        commit(own_tiny, replace(edit, base_hash=own_tiny.weights_hash))
    layers[1].down_projection.weight = torch.nn.Parameter(own.detach().to(torch.int8), requires_grad=False)
    with pytest.raises(EditError, match=r"has quantised weights \(int8\)"):
        commit(own_tiny, replace(edit, base_hash=own_tiny.weights_hash))


def test_a_model_that_says_it_is_quantised_is_refused_before_its_structure_is_looked_at(
    own_tiny: LanguageModel,
) -> None:
    edit = edit_of(own_tiny)
    own_tiny.model.config.quantization_config = {"quant_method": "gptq"}
    for layer in own_tiny.model.model.layers:
        del layer.mlp.down_proj
    with pytest.raises(EditError, match="has quantised weights"):
        commit(own_tiny, replace(edit, base_hash=own_tiny.weights_hash))


def test_an_unknown_architecture_is_named_with_what_was_looked_for(own_tiny: LanguageModel) -> None:
    from tools.errors import ModelError

    edit = edit_of(own_tiny)
    for layer in own_tiny.model.model.layers:
        layer.mlp.wide = layer.mlp.down_proj
        del layer.mlp.down_proj
    edit = replace(edit, base_hash=own_tiny.weights_hash)  # names count in the hash
    with pytest.raises(ModelError, match=r"none of mlp\.down_proj"), applied(own_tiny, edit):
        pass
