import pytest
import torch

from tests.planted_sae import (
    DEAD,
    DECISIVE,
    N_FEATURES,
    SENTENCES,
    UNREAD,
    planted_model,
    planted_sae,
    strength,
)
from tests.tools.sae.tiny_saes import make_sae, tiny_sae
from tools.errors import ModelError
from tools.models.language_model import LanguageModel
from tools.models.residual import captured_residuals
from tools.progress import Progress
from tools.sae.activations import activations, residuals, residuals_of_tokens
from tools.sae.load import wrap_sae

TEXTS = [
    "the quick brown fox",
    "one two three four five six seven eight",
    "and",
    "",
    "the river runs to the sea",
]


def test_activations_are_those_that_were_planted() -> None:
    sentences = [*SENTENCES[DECISIVE], *SENTENCES[UNREAD]]
    for sentence, read in zip(
        sentences,
        activations(planted_model(), planted_sae(), sentences, [UNREAD, DECISIVE, DEAD]),
        strict=True,
    ):
        assert read.text == sentence
        assert read.tokens == [
            "<s>",
            *(word if word in " ".join(read.tokens) else "<unk>" for word in sentence.split()),
        ]
        column = 1 if sentence in SENTENCES[DECISIVE] else 0
        expected = torch.tensor([0.0, *(strength(word) for word in sentence.split())])
        assert torch.allclose(read.values[:, column], expected, atol=1e-5)
        assert not read.values[:, 1 - column].any() and not read.values[:, 2].any()


def test_the_stream_is_that_of_the_hook_point(tiny_of_every_kind: LanguageModel) -> None:
    model = tiny_of_every_kind
    last = model.model.config.num_hidden_layers - 1
    ids = torch.tensor(model.tokenizer(TEXTS[1])["input_ids"])
    with torch.no_grad(), captured_residuals(model.model, [0, last]) as captured:
        embeddings = model.model(ids[None], output_hidden_states=True).hidden_states[0]
    expected = {
        "blocks.0.hook_resid_pre": embeddings,
        "blocks.0.hook_resid_post": captured[0],
        "blocks.1.hook_resid_pre": captured[0],
        f"blocks.{last}.hook_resid_post": captured[last],
    }
    for hook_name, stream in expected.items():
        read = list(residuals(model, tiny_sae("topk", hook_name), TEXTS))
        assert [each.text for each in read] == TEXTS
        assert torch.allclose(read[1].stream, stream[0], atol=1e-5)
        assert read[1].token_ids.tolist() == ids.tolist()
        assert "".join(read[1].tokens[1:]) == TEXTS[1]


def test_every_text_is_read_as_if_alone(tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    sae = tiny_sae()
    together = list(activations(tiny, sae, TEXTS, [0, 7, 3]))
    monkeypatch.setattr("tools.sae.activations.WINDOW", 1)
    alone = [read for text in TEXTS for read in activations(tiny, sae, [text], [0, 7, 3])]
    for one, other in zip(together, alone, strict=True):
        assert torch.allclose(one.values, other.values, atol=1e-5)
        assert torch.equal(one.counts, other.counts)


def test_layers_above_the_hook_point_are_not_computed(own_tiny: LanguageModel) -> None:
    def fail(*arguments: object) -> None:
        raise AssertionError("computed")

    own_tiny.model.model.layers[2].self_attn.register_forward_pre_hook(fail)
    own_tiny.model.model.layers[2].mlp.register_forward_pre_hook(fail)
    list(residuals(own_tiny, tiny_sae("topk", "blocks.1.hook_resid_post"), TEXTS))


def test_special_tokens_position_0_and_sinks_do_not_count(tiny: LanguageModel) -> None:
    (read,) = residuals(tiny, tiny_sae(), ["<|user|>the fox<|end|>"])
    assert read.tokens[0] == "<|bos|>" and read.tokens[1] == "<|user|>" and read.tokens[-1] == "<|end|>"
    assert read.counts.tolist() == [False, False, *[True] * (len(read.tokens) - 3), False]
    without_bos = residuals_of_tokens(tiny, tiny_sae(), torch.tensor([100, 101, 102]))
    assert without_bos.counts.tolist() == [False, True, True]


def test_a_token_far_longer_than_the_median_is_a_sink(own_tiny: LanguageModel) -> None:
    ids = torch.tensor([100, 101, 102, 103, 104, 105])
    sae = tiny_sae("topk", "blocks.0.hook_resid_pre")
    weight = own_tiny.model.model.embed_tokens.weight
    with torch.no_grad():
        weight[103] *= 10.5 * weight[[100, 101, 102, 104, 105]].norm(dim=1).max() / weight[103].norm()
    read = residuals_of_tokens(own_tiny, sae, ids)
    assert read.counts.tolist() == [False, True, True, False, True, True]


def test_a_stream_of_no_numbers_has_no_tokens_that_count(own_tiny: LanguageModel) -> None:
    with torch.no_grad():
        own_tiny.model.model.layers[0].mlp.down_proj.weight.fill_(torch.nan)
    (read,) = residuals(own_tiny, tiny_sae(), ["the fox"])
    assert not read.counts.any()


def test_bos_is_put_before_texts_where_the_sae_was_trained_so() -> None:
    from tests.conftest import make_language_model

    model = make_language_model()
    model.tokenizer.backend_tokenizer.post_processor = None
    sae = make_sae()
    (plain,) = residuals(model, wrap_sae("plain", sae), ["the fox"])
    sae.cfg.metadata.prepend_bos = True
    (with_bos,) = residuals(model, wrap_sae("with", sae), ["the fox"])
    assert plain.tokens[0] != "<|bos|>"
    assert with_bos.token_ids.tolist() == [0, *plain.token_ids.tolist()]


def test_a_text_longer_than_the_context_is_cut(tiny: LanguageModel) -> None:
    (read,) = residuals(tiny, tiny_sae(), ["fox " * 500])
    assert len(read.token_ids) == 256 == len(read.stream)


def test_an_empty_text_has_no_tokens() -> None:
    from tests.conftest import make_language_model

    model = make_language_model()
    model.tokenizer.backend_tokenizer.post_processor = None
    (read,) = activations(model, tiny_sae(), [""], [0, 1])
    assert read.values.shape == (0, 2) and read.counts.shape == (0,)
    assert list(activations(model, tiny_sae(), [], [0])) == []


def test_broken_text_is_read(tiny: LanguageModel) -> None:
    list(residuals(tiny, tiny_sae(), ["\ud800 lone", "\x00", "名前"]))


def test_a_feature_out_of_range_is_told_before_anything_runs(tiny: LanguageModel) -> None:
    with pytest.raises(ModelError, match="has no feature 48"):
        list(activations(tiny, tiny_sae(), TEXTS, [0, 48]))


def test_an_sae_that_does_not_fit_is_told(tiny: LanguageModel) -> None:
    with pytest.raises(ModelError, match="width"):
        list(residuals(tiny, planted_sae(), TEXTS))


def test_batches_are_halved_where_memory_does_not_suffice(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tools.models import partial_pass

    whole = list(residuals(tiny, tiny_sae(), TEXTS))
    real = partial_pass.read_stream

    def scarce(model, decoder, entry, ids):  # type: ignore[no-untyped-def]
        if ids.numel() > 20:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return real(model, decoder, entry, ids)

    monkeypatch.setattr(partial_pass, "read_stream", scarce)
    for one, other in zip(whole, residuals(tiny, tiny_sae(), TEXTS), strict=True):
        assert torch.allclose(one.stream, other.stream, atol=1e-5)
    with pytest.raises(ModelError, match="Memory does not suffice for one text of"):
        list(residuals(tiny, tiny_sae(), ["fox " * 100]))


def test_progress_counts_texts_and_leaves_the_model_as_it_was(own_tiny: LanguageModel) -> None:
    own_tiny.model.train()
    seen: list[Progress] = []
    before = {name: len(module._forward_pre_hooks) for name, module in own_tiny.model.named_modules()}
    list(activations(own_tiny, tiny_sae(), TEXTS, range(N_FEATURES), report=seen.append))
    assert (seen[-1].done, seen[-1].total, seen[-1].unit) == (5, 5, "texts")
    assert before == {name: len(module._forward_pre_hooks) for name, module in own_tiny.model.named_modules()}
    assert all(module.training for module in own_tiny.model.modules())
    assert not any("forward" in module.__dict__ for module in own_tiny.model.modules())
