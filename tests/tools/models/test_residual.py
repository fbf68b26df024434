import pytest
import torch

from tools.models.language_model import LanguageModel
from tools.models.residual import captured_residuals, changed_residual

IDS = torch.tensor([[0, 9, 8, 7, 30, 31]])


def hooks(model: torch.nn.Module) -> int:
    return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules())


def test_captured_residuals_are_the_hidden_states_between_layers(tiny_of_every_kind: LanguageModel) -> None:
    model = tiny_of_every_kind.model
    last = model.config.num_hidden_layers - 1
    with torch.no_grad():
        hidden_states = model(IDS, output_hidden_states=True).hidden_states
        hooks_before = hooks(model)  # transformers has left some of its own
        with captured_residuals(model, [0, last]) as residuals:
            model(IDS)
    assert torch.equal(residuals[0], hidden_states[1])
    # The last hidden state of transformers has passed the final norm; the residual stream has not.
    assert not torch.allclose(residuals[last], hidden_states[-1])
    assert hooks(model) == hooks_before


def test_adding_to_the_residual_stream_changes_what_follows(tiny_of_every_kind: LanguageModel) -> None:
    model = tiny_of_every_kind.model
    hooks_before = hooks(model)
    with torch.no_grad(), captured_residuals(model, [0, 1]) as before:
        model(IDS)
        clean = dict(before)
        with changed_residual(model, 0, lambda residual: residual + 1.0):
            model(IDS)
    assert torch.equal(before[0], clean[0])  # the hook that was there first saw the unchanged stream
    assert not torch.allclose(before[1], clean[1])
    assert hooks(model) == hooks_before


def test_an_unchanged_residual_stream_changes_nothing(tiny_of_every_kind: LanguageModel) -> None:
    model = tiny_of_every_kind.model
    with torch.no_grad():
        clean = model(IDS).logits
        with changed_residual(model, 1, lambda residual: residual.clone()):
            assert torch.equal(model(IDS).logits, clean)


def test_layers_that_return_tuples_are_read_and_changed_too() -> None:
    from tools.models import residual as module

    class Layer(torch.nn.Module):
        def forward(self, hidden: torch.Tensor) -> tuple[torch.Tensor, str]:
            return hidden + 1, "cache"

    class Stack:
        layers = (type("Entry", (), {"module": Layer()}),)

    stack = Stack()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "find_decoder", lambda model: stack)
        with captured_residuals(None, [0]) as residuals, changed_residual(None, 0, lambda r: r * 10):
            output = stack.layers[0].module(torch.ones(1, 1, 1))
    assert residuals[0].item() == 2.0
    assert output[0].item() == 20.0 and output[1] == "cache"


def test_hooks_are_removed_after_an_error(tiny: LanguageModel) -> None:
    hooks_before = hooks(tiny.model)
    with (
        pytest.raises(ValueError, match="cannot become"),
        changed_residual(tiny.model, 0, lambda r: r[:, 1:]),
    ):
        tiny.model(IDS)
    with pytest.raises(IndexError), captured_residuals(tiny.model, [0, 99]):
        pass
    assert hooks(tiny.model) == hooks_before
