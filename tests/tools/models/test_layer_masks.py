import torch

from tools.models.language_model import LanguageModel
from tools.models.layer_masks import attention_masks
from tools.models.layers import find_decoder


def test_masks_are_those_that_the_model_makes(tiny_of_every_kind: LanguageModel) -> None:
    model, kind = tiny_of_every_kind.model, tiny_of_every_kind.name.removeprefix("tiny-")
    decoder = find_decoder(model)
    masks = attention_masks(model, decoder, 1, torch.zeros(1, 12, 32))
    assert list(masks) == list(range(1, len(decoder.layers)))
    distance = torch.arange(12)[:, None] - torch.arange(12)
    for layer, mask in masks.items():
        slides = kind == "mistral" or (kind == "gemma3" and layer != 2)
        if slides:  # the window is 8
            assert torch.equal(mask[0, 0], (distance >= 0) & (distance < 8))
        else:
            assert mask is None
