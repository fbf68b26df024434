import hashlib

import torch

from tests.conftest import make_language_model
from tools.models.language_model import LanguageModel
from tools.models.subject import Subject
from tools.models.weights import hash_weights


def test_a_language_model_is_a_subject(tiny: LanguageModel) -> None:
    subject: Subject = tiny
    assert subject.name == "tiny-llama" and subject.has_chat_template


def test_the_hash_is_taken_over_names_shapes_dtypes_and_bytes() -> None:
    module = torch.nn.Linear(2, 1, bias=True)
    with torch.no_grad():
        module.weight.copy_(torch.tensor([[1.0, 2.0]]))
        module.bias.copy_(torch.tensor([3.0]))
    # 1.0, 2.0 and 3.0 are 3f800000, 40000000 and 40400000 in IEEE 754, little endian in memory.
    expected = hashlib.sha256(
        b"bias (1,) torch.float32\n"
        + bytes.fromhex("00004040")
        + b"weight (1, 2) torch.float32\n"
        + bytes.fromhex("0000803f00000040")
    ).hexdigest()
    assert hash_weights(module) == expected


def test_the_hash_knows_dtypes_apart_and_reads_bfloat16() -> None:
    model = make_language_model().model
    hashes = {hash_weights(model.to(dtype)) for dtype in (torch.float32, torch.bfloat16, torch.float16)}
    assert len(hashes) == 3


def test_a_write_in_place_changes_the_hash_and_undoing_it_restores_it() -> None:
    model = make_language_model()
    before = model.weights_hash
    weight = model.model.model.layers[0].mlp.down_proj.weight
    snapshot = weight.detach().clone()
    with torch.no_grad():
        weight[0, 0] += 1.0
    assert model.weights_hash != before
    with torch.no_grad():
        weight.copy_(snapshot)
    assert model.weights_hash == before


def test_the_hash_after_changes_is_the_one_that_is_taken_at_once() -> None:
    model = make_language_model()
    parameters = [parameter for _, parameter in sorted(model.model.named_parameters())]
    # The last, one before it, the first, and two of them: what is kept of one hash must not serve another.
    for changed in ([-1], [len(parameters) // 2], [0], [1, -1], []):
        with torch.no_grad():
            for place in changed:
                parameters[place].add_(1.0)
        assert model.weights_hash == hash_weights(model.model)


def test_a_write_that_torch_does_not_notice_needs_a_word() -> None:
    model = make_language_model()
    before = model.weights_hash
    model.model.model.layers[0].mlp.down_proj.weight.data[0, 0] += 1.0
    model.weights_changed()
    assert model.weights_hash != before
