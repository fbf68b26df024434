import math

import pytest
import torch

from tests.conftest import make_language_model
from tests.planted_sae import DECISIVE, UNREAD, WORDS, planted_model, planted_sae, strength
from tests.planted_sae import GAIN as PLANTED_GAIN
from tests.slow_twins import FullPasses
from tests.tools.sae.tiny_saes import ARCHITECTURES, tiny_sae
from tools.errors import ModelError, Stopped
from tools.models import layer_masks
from tools.models.language_model import LanguageModel
from tools.models.layers import find_decoder
from tools.progress import Progress, silent
from tools.sae import shadow_tokens
from tools.sae.ablation import (
    Ablations,
    ablate,
    ablate_many,
    ablate_one_by_one,
    ablate_with_control,
    random_like,
)
from tools.sae.ablation_passes import Work, run
from tools.sae.activations import TextResiduals, residuals, residuals_of_tokens
from tools.sae.load import LoadedSae

IDS = torch.randint(6, 320, (22,), generator=torch.Generator().manual_seed(4))
"""Longer than the sliding windows of 8."""


def strongest(
    model: LanguageModel, sae: LoadedSae, ids: torch.Tensor, each: int = 2
) -> list[tuple[int, int]]:
    """The strongest features at every position."""
    z = sae.encode(residuals_of_tokens(model, sae, ids).stream)
    return [
        (int(feature), position) for position in range(len(ids)) for feature in z[position].topk(each).indices
    ]


def assert_same(found: Ablations, truth: Ablations, within: float = 1e-4) -> None:
    assert (found.kl - truth.kl).abs().max() < within
    assert (found.baseline_entropy - truth.baseline_entropy).abs().max() < within


def control_alone(
    model: LanguageModel,
    sae: LoadedSae,
    texts: list[TextResiduals],
    triples: list[tuple[int, int, int]],
    seed: int,
) -> Ablations:
    """The control of `ablate_with_control` in passes of its own."""
    features = torch.tensor([feature for _, feature, _ in triples])

    def replace(stream: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
        return stream - random_like(sae.contribution(stream, features[asked]), asked, seed)

    places = [(text, position) for text, _, position in triples]
    decoder = find_decoder(model.model)
    return run(Work(model, decoder, sae.hook_point.entry, texts, places, replace), silent)


def kl_and_entropy(s: float) -> tuple[float, float]:
    """Of a word of strength s: the answer has probability p, the other V - 1 tokens share the rest; ablated, all
    V are equal."""
    size = len(WORDS)
    p = math.exp(s * PLANTED_GAIN) / (math.exp(s * PLANTED_GAIN) + size - 1)
    q = (1 - p) / (size - 1)
    kl = p * math.log(p * size) + (1 - p) * math.log(q * size)
    return kl, -p * math.log(p) - (1 - p) * math.log(q)


def test_kl_and_entropy_are_those_worked_out_by_hand() -> None:
    # V = 65, s = 1: e^4.7 = 109.947, p = 109.947 / 173.947 = 0.63207, q = 0.36793 / 64 = 0.0057489.
    # KL = 0.63207 ln(41.0846) + 0.36793 ln(0.373678) = 2.34854 - 0.36218 = 1.98636.
    # H = 0.63207 * 0.45875 + 0.36793 * 5.15870 = 0.28996 + 1.89805 = 2.18801.
    assert len(WORDS) == 65 and strength("cat") == 1.0
    assert kl_and_entropy(1.0) == pytest.approx((1.98636, 2.18801), abs=1e-4)
    ids = torch.tensor(planted_model().tokenizer("a cat and a dog")["input_ids"])
    found = ablate(planted_model(), planted_sae(), ids, [(DECISIVE, 2), (DECISIVE, 5), (UNREAD, 2)])
    expected = [kl_and_entropy(1.0), kl_and_entropy(strength("dog"))]
    assert found.kl[:2].tolist() == pytest.approx([kl for kl, _ in expected], abs=1e-4)
    assert found.baseline_entropy[:2].tolist() == pytest.approx(
        [entropy for _, entropy in expected], abs=1e-4
    )
    assert found.kl[2] == 0 and found.baseline_entropy[2] == found.baseline_entropy[0]
    assert found.method == "shadow_tokens" and not found.note and found.noise_floor < 1e-6


def test_a_feature_that_is_written_but_never_read_changes_nothing() -> None:
    ids = torch.tensor(planted_model().tokenizer("the bank took money")["input_ids"])
    found = ablate(planted_model(), planted_sae(), ids, [(UNREAD, 2), (UNREAD, 4)])
    assert found.kl.max() < 1e-6


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_shadow_tokens_equal_one_full_pass_for_each_position(
    tiny_of_every_kind: LanguageModel, attention: str
) -> None:
    model = make_language_model(tiny_of_every_kind.name.removeprefix("tiny-"))
    model.model.set_attn_implementation(attention)
    last = model.model.config.num_hidden_layers - 1
    for hook_name in (
        "blocks.0.hook_resid_pre",
        "blocks.1.hook_resid_post",
        f"blocks.{last}.hook_resid_post",
    ):
        sae = tiny_sae("topk", hook_name)
        pairs = strongest(model, sae, IDS)
        found, truth = ablate(model, sae, IDS, pairs), ablate_one_by_one(model, sae, IDS, pairs)
        assert found.method == "shadow_tokens"
        assert truth.kl.max() > 0.1  # there is something to be equal in
        assert_same(found, truth)


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_every_kind_of_sae_is_ablated_exactly(tiny: LanguageModel, kind: str) -> None:
    sae = tiny_sae(kind)
    pairs = strongest(tiny, sae, IDS)
    found, truth = ablate(tiny, sae, IDS, pairs), ablate_one_by_one(tiny, sae, IDS, pairs)
    assert truth.kl.max() > 1e-3
    assert_same(found, truth)


def test_ablating_a_silent_feature_does_nothing(tiny: LanguageModel) -> None:
    sae = tiny_sae()
    z = sae.encode(residuals_of_tokens(tiny, sae, IDS).stream)
    silent = [(int((z[position] == 0).float().argmax()), position) for position in range(len(IDS))]
    assert ablate(tiny, sae, IDS, silent).kl.max() < 1e-6


TEXTS = [
    "the quick brown fox jumps",
    "one two",
    "the river runs to the sea and the capital of France is Paris",
]


def triples_of(model: LanguageModel, sae: LoadedSae, texts: list) -> list[tuple[int, int, int]]:  # type: ignore[type-arg]
    found = [
        (number, feature, position)
        for number, text in enumerate(texts)
        for feature, position in strongest(model, sae, text.token_ids)
    ]
    # In no order: what comes back must be in the order that was asked for.
    return [found[index] for index in torch.randperm(len(found), generator=torch.Generator().manual_seed(1))]


@pytest.mark.parametrize("limit", [None, 40, 1])
def test_many_texts_at_once_are_as_each_alone(
    tiny_of_every_kind: LanguageModel, limit: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, sae = tiny_of_every_kind, tiny_sae()
    texts = list(residuals(model, sae, TEXTS))
    triples = triples_of(model, sae, texts)
    if limit is not None:
        monkeypatch.setattr("tools.sae.ablation_passes.TOKENS_PER_PASS", {"cpu": limit})
        monkeypatch.setattr("tools.sae.ablation_passes.SHADOWS_PER_ROW", 5)
    found = ablate_many(model, sae, texts, triples)
    for number, text in enumerate(texts):
        mine = [index for index, triple in enumerate(triples) if triple[0] == number]
        pairs = [triples[index][1:] for index in mine]
        truth = ablate_one_by_one(model, sae, text.token_ids, pairs)
        part = Ablations(found.kl[mine], found.baseline_entropy[mine], 0.0, "shadow_tokens")
        assert_same(part, truth)


def test_a_pass_never_holds_more_than_it_may(tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    sae = tiny_sae()
    texts = list(residuals(tiny, sae, TEXTS * 5))
    triples = triples_of(tiny, sae, texts)
    sizes = []
    real = shadow_tokens.shadow_pass

    def counting(model, decoder, entry, rows):  # type: ignore[no-untyped-def]
        width = max(len(row.stream) + len(row.positions) for row in rows) + 1
        sizes.append((len(rows) * width, sum(len(row.positions) for row in rows), len(rows)))
        return real(model, decoder, entry, rows)

    monkeypatch.setattr(shadow_tokens, "shadow_pass", counting)
    monkeypatch.setattr("tools.sae.ablation_passes.TOKENS_PER_PASS", {"cpu": 150})
    monkeypatch.setattr("tools.sae.ablation_passes.LOGITS_PER_PASS", {"cpu": 320 * 40})
    ablate_many(tiny, sae, texts, triples)
    assert max(size for size, _, _ in sizes) <= 150
    assert max(n for _, n, _ in sizes) <= 40
    assert max(n_rows for _, _, n_rows in sizes) > 1
    assert sum(n for _, n, _ in sizes) == len(triples)


def scarce_memory(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    real = shadow_tokens.shadow_pass

    def scarce(model, decoder, entry, rows):  # type: ignore[no-untyped-def]
        if sum(len(row.positions) for row in rows) > most:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return real(model, decoder, entry, rows)

    monkeypatch.setattr(shadow_tokens, "shadow_pass", scarce)


def test_passes_are_halved_where_memory_does_not_suffice(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sae = tiny_sae()
    pairs = strongest(tiny, sae, IDS)
    whole = ablate(tiny, sae, IDS, pairs)
    scarce_memory(monkeypatch, 3)
    assert_same(ablate(tiny, sae, IDS, pairs), whole, within=1e-5)
    scarce_memory(monkeypatch, 0)
    with pytest.raises(ModelError, match="not suffice for one ablation in a text of 22 tokens"):
        ablate(tiny, sae, IDS, pairs)


def test_attention_that_takes_no_mask_falls_back_to_one_row_each_and_says_so(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sae = tiny_sae()
    texts = list(residuals(tiny, sae, TEXTS))
    triples = triples_of(tiny, sae, texts)
    shadows = ablate_many(tiny, sae, texts, triples)
    monkeypatch.setattr(layer_masks, "TAKES_MASKS", ("eager",))
    found = ablate_many(tiny, sae, texts, triples)
    assert found.method == "one_row_each"
    assert "attention runs as sdpa" in found.note
    assert_same(found, shadows)


def test_a_model_on_which_shadows_are_not_exact_falls_back_and_says_so(tiny: LanguageModel) -> None:
    model = make_language_model()
    sae = tiny_sae("topk", "blocks.0.hook_resid_post")
    attention = model.model.model.layers[1].self_attn

    def shifted(module, arguments, named):  # type: ignore[no-untyped-def]
        # Attention by place in the batch instead of by position id: later columns see a little more.
        hidden = named["hidden_states"]
        drift = 0.01 * torch.arange(hidden.shape[1])[:, None].clamp(min=len(IDS)).sub(len(IDS))
        return arguments, named | {"hidden_states": hidden * (1 + drift)}

    pairs = strongest(model, sae, IDS)
    attention.register_forward_pre_hook(shifted, with_kwargs=True)
    found = ablate(model, sae, IDS, pairs)
    assert found.method == "one_row_each"
    assert "an unchanged shadow token predicts otherwise" in found.note
    assert_same(found, ablate_one_by_one(model, sae, IDS, pairs))


def test_logits_that_are_no_numbers_stay_nan(own_tiny: LanguageModel) -> None:
    sae = tiny_sae()
    with torch.no_grad():
        own_tiny.model.lm_head.weight[5] = torch.nan
    found = ablate(own_tiny, sae, IDS, [(0, 3), (1, 4)])
    assert found.kl.isnan().all() and found.baseline_entropy.isnan().all()


def test_tokens_that_can_never_come_are_left_out_of_the_sum() -> None:
    # P = (1/2, 1/2, 0), Q = (1/4, 3/4, 0): KL = ln 2 / 2 + ln(2/3) / 2 = 0.143841, H = ln 2.
    base = torch.tensor([[0.0, 0.0, -math.inf]])
    ablated = torch.tensor([[math.log(1.0), math.log(3.0), -math.inf]])
    kl, entropy = shadow_tokens.divergences(base, ablated, [0])
    assert kl.item() == pytest.approx(0.143841, abs=1e-6)
    assert entropy.item() == pytest.approx(math.log(2), abs=1e-6)


def test_the_random_direction_is_as_long_as_the_contribution_and_the_same_for_the_same_seed(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sae = tiny_sae()
    texts = list(residuals(tiny, sae, TEXTS))
    triples = triples_of(tiny, sae, texts)
    removed: dict[tuple[int, float], float] = {}
    real = shadow_tokens.shadow_pass

    def watching(model, decoder, entry, rows):  # type: ignore[no-untyped-def]
        for row in rows:
            gone = row.stream[row.positions] - row.vectors
            removed.update({(len(removed), 0.0): float(length) for length in gone.norm(dim=1)})
        return real(model, decoder, entry, rows)

    monkeypatch.setattr(shadow_tokens, "shadow_pass", watching)
    first = control_alone(tiny, sae, texts, triples, seed=1)
    lengths = sorted(removed.values())
    removed.clear()
    ablate_many(tiny, sae, texts, triples)
    assert lengths == pytest.approx(sorted(removed.values()), rel=1e-4)
    monkeypatch.setattr("tools.sae.ablation_passes.TOKENS_PER_PASS", {"cpu": 40})
    assert torch.allclose(control_alone(tiny, sae, texts, triples, seed=1).kl, first.kl, atol=1e-5)
    assert not torch.allclose(control_alone(tiny, sae, texts, triples, seed=2).kl, first.kl, atol=1e-3)


def test_what_is_not_there_is_told(tiny: LanguageModel) -> None:
    with pytest.raises(ModelError, match="has no feature 48"):
        ablate(tiny, tiny_sae(), IDS, [(48, 3)])
    with pytest.raises(IndexError, match="no position 22 in text 0"):
        ablate(tiny, tiny_sae(), IDS, [(4, 22)])
    with pytest.raises(IndexError, match="no position -1"):
        ablate(tiny, tiny_sae(), IDS, [(4, -1)])
    assert ablate(tiny, tiny_sae(), IDS, []).kl.shape == (0,)


def test_progress_is_told_and_may_stop_the_work(tiny: LanguageModel) -> None:
    seen: list[Progress] = []
    ablate(tiny, tiny_sae(), IDS, [(0, 3), (1, 4)], report=seen.append)
    assert (seen[-1].done, seen[-1].total, seen[-1].unit) == (2, 2, "positions")

    def stop(progress: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        ablate(tiny, tiny_sae(), IDS, [(0, 3)], report=stop)


def test_the_model_is_left_as_it_was_found(own_tiny: LanguageModel) -> None:
    model = own_tiny.model.train()
    sae = tiny_sae()
    pairs = strongest(own_tiny, sae, IDS)

    def state() -> tuple[object, ...]:
        hooks = [(len(m._forward_hooks), len(m._forward_pre_hooks)) for m in model.modules()]
        own = ["forward" in m.__dict__ for m in model.modules()]
        gradients = [p.grad is None and p.requires_grad for p in model.parameters()]
        training = [m.training for m in model.modules()]
        return hooks, own, gradients, training, torch.get_rng_state().tolist()

    before, weights = state(), own_tiny.weights_hash
    ablate(own_tiny, sae, IDS, pairs)
    ablate_with_control(own_tiny, sae, [residuals_of_tokens(own_tiny, sae, IDS)], [(0, 3, 3)])
    assert state() == before
    own_tiny.weights_changed()
    assert own_tiny.weights_hash == weights


def test_a_model_in_half_precision_is_ablated_in_its_own_precision() -> None:
    model = make_language_model()
    model.model.to(torch.bfloat16)
    sae = tiny_sae()
    pairs = strongest(model, sae, IDS)
    found, truth = ablate(model, sae, IDS, pairs), ablate_one_by_one(model, sae, IDS, pairs)
    assert found.method == "shadow_tokens" and found.kl.dtype == torch.float32
    assert_same(found, truth, within=0.05)
    assert found.noise_floor < 0.05


def test_a_text_longer_than_a_pass_is_not_run_again_for_every_ablation(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sae = tiny_sae()
    passes = []
    real = shadow_tokens.shadow_pass

    def counting(model, decoder, entry, rows):  # type: ignore[no-untyped-def]
        passes.append(len(rows))
        return real(model, decoder, entry, rows)

    monkeypatch.setattr(shadow_tokens, "shadow_pass", counting)
    monkeypatch.setattr("tools.sae.ablation_passes.TOKENS_PER_PASS", {"cpu": 4})
    ablate(tiny, sae, IDS, [(0, position) for position in range(len(IDS))])
    assert passes == [1]


@pytest.mark.embedded
def test_shadow_tokens_equal_full_passes_on_the_embedded_model(embedded: LanguageModel) -> None:
    from tests.tools.sae.tiny_saes import make_sae
    from tools.sae.load import wrap_sae

    sae = wrap_sae("seeded", make_sae("topk", "blocks.15.hook_resid_post", width=576, n_features=1024))
    ids = torch.tensor(
        embedded.tokenizer("The capital of France is Paris, and the river runs to the")["input_ids"]
    )
    pairs = strongest(embedded, sae, ids, each=1)
    found, truth = ablate(embedded, sae, ids, pairs), ablate_one_by_one(embedded, sae, ids, pairs)
    assert truth.kl.max() > 0.01
    assert_same(found, truth)


def test_ablations_with_their_control_are_those_of_passes_apart(tiny: LanguageModel) -> None:
    sae = tiny_sae()
    texts = list(residuals(tiny, sae, TEXTS))
    triples = triples_of(tiny, sae, texts)
    ablated, control = ablate_with_control(tiny, sae, texts, triples, seed=3)
    assert_same(ablated, ablate_many(tiny, sae, texts, triples), within=1e-5)
    assert_same(control, control_alone(tiny, sae, texts, triples, seed=3), within=1e-5)


def test_ablations_with_their_control_may_be_none(tiny: LanguageModel) -> None:
    ablated, control = ablate_with_control(tiny, tiny_sae(), [], [])
    assert len(ablated.kl) == len(control.kl) == 0


def test_ablations_equal_plain_full_passes(tiny_of_every_kind: LanguageModel) -> None:
    model, sae = tiny_of_every_kind, tiny_sae()
    text = FullPasses(model, IDS, sae.hook_point.entry - 1)
    pairs = strongest(model, sae, IDS)
    vectors = sae.without(text.stream[[place for _, place in pairs]], torch.tensor([f for f, _ in pairs]))
    expected = [text.divergence(place, vector) for (_, place), vector in zip(pairs, vectors, strict=True)]
    found = ablate(model, sae, IDS, pairs)
    assert found.kl.tolist() == pytest.approx([kl for kl, _ in expected], abs=1e-4)
    assert found.baseline_entropy.tolist() == pytest.approx([each for _, each in expected], abs=1e-4)
