"""Passes over the suffix alone equal passes over everything, in value and gradient, on every kind of model."""

import pytest
import torch

from tools.editing.contexts import TokenRow, prompt_row, target_rows
from tools.editing.place import Place, find_place
from tools.editing.request import EditRequest
from tools.editing.suffix import SuffixPasses, without_parameter_gradients
from tools.models.language_model import LanguageModel

REQUEST = EditRequest(subject="the lazy dog", prompt="{} runs to the sea and", target="quick seven")
PREFIXES = ("one two three.", "the capital of France is Paris and then the river runs.", "six")


def full_logits(
    model: LanguageModel, place: Place, row: TokenRow, change: torch.Tensor, at: int
) -> torch.Tensor:
    """The twin: one row alone, from its first token, through all layers, without a cache."""

    def moved(module: object, arguments: object, output: torch.Tensor) -> torch.Tensor:
        mask = torch.zeros(output.shape[1], 1)
        mask[row.subject_last] = 1
        return output + mask * change

    handle = place.module.register_forward_hook(moved)
    try:
        return model.model(input_ids=torch.tensor([row.inputs]), use_cache=False).logits[0, at]
    finally:
        handle.remove()


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_suffix_passes_equal_full_passes(tiny_of_every_kind: LanguageModel, layer: int) -> None:
    model = tiny_of_every_kind
    place = find_place(model, layer)
    rows = [*target_rows(model, REQUEST, PREFIXES), prompt_row(model, "", "{} is a", REQUEST.subject)]
    numbers = list(range(len(rows)))
    places = [len(row.inputs) - 1 for row in rows]
    change = torch.randn(32, generator=torch.Generator().manual_seed(0)).requires_grad_()
    twin = change.detach().clone().requires_grad_()
    with without_parameter_gradients(model.model):
        fast = SuffixPasses(model.model, place, rows).logits(change, numbers, places).log_softmax(-1)
        slow = torch.stack(
            [full_logits(model, place, row, twin, at) for row, at in zip(rows, places, strict=True)]
        ).log_softmax(-1)
        fast[:, 7].sum().backward()
        slow[:, 7].sum().backward()
    torch.testing.assert_close(fast, slow, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(change.grad, twin.grad, rtol=1e-3, atol=1e-4)


def test_a_subject_at_the_first_token_needs_no_cache(tiny: LanguageModel) -> None:
    place = find_place(tiny, 1)
    row = TokenRow((40, 41, 42), 0, (43,))
    nothing = torch.zeros(32)
    with torch.no_grad():
        fast = SuffixPasses(tiny.model, place, [row]).logits(nothing, [0], [2])[0]
        slow = full_logits(tiny, place, row, nothing, 2)
    torch.testing.assert_close(fast, slow, rtol=1e-4, atol=1e-4)
