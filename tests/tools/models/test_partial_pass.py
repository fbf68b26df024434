import pytest
import torch

from tools.models.language_model import LanguageModel
from tools.models.layers import find_decoder
from tools.models.partial_pass import changed_entry, read_stream, skipped

IDS = torch.tensor([[0, 9, 8, 7, 30, 31, 40, 41, 50, 51, 60, 61]])


def test_skipped_layers_hand_the_stream_on_and_come_back_after_an_error(own_tiny: LanguageModel) -> None:
    layers = own_tiny.model.model.layers
    before = own_tiny.model(IDS).logits
    own = layers[1].forward = layers[1].forward  # as accelerate does it
    with pytest.raises(RuntimeError, match="stop"), skipped(layers):
        assert layers[0](torch.ones(1, 1, 32), attention_mask=None).sum() == 32
        raise RuntimeError("stop")
    assert "forward" not in layers[0].__dict__ and layers[1].__dict__["forward"] is own
    assert torch.equal(own_tiny.model(IDS).logits, before)


def test_going_on_from_a_stream_that_was_read_gives_the_same_logits(
    tiny_of_every_kind: LanguageModel,
) -> None:
    model = tiny_of_every_kind.model
    decoder = find_decoder(model)
    with torch.no_grad():
        expected = model(IDS).logits
        for entry in range(len(decoder.layers) + 1):
            stream = read_stream(model, decoder, entry, IDS)
            below = [layer.module for layer in decoder.layers[:entry]]
            with skipped(below), changed_entry(decoder, entry, lambda hidden, stream=stream: stream):
                # Whatever tokens: nothing of them is left.
                assert torch.allclose(model(torch.full_like(IDS, 5)).logits, expected, atol=1e-5)
