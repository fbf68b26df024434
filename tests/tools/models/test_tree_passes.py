import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from tests.conftest import make_model
from tools.models import layer_masks, tree_passes
from tools.models.language_model import LanguageModel
from tools.models.layer_masks import NotExact
from tools.models.token_tree import tree_of
from tools.models.tree_passes import TreePasses, check_exact


def branching(seed: int = 0) -> list[tuple[int, ...]]:
    """Examples of 40 tokens (five windows of the tiny models), six questions, four answers each, and odd ones."""
    generator = random.Random(seed)

    def tokens(n: int) -> list[int]:
        return [generator.randrange(3, 320) for _ in range(n)]

    examples = tokens(40)
    questions = [examples + tokens(generator.randrange(3, 15)) for _ in range(6)]
    answers = [tuple(one + tokens(generator.randrange(6))) for one in questions for _ in range(4)]
    return [*answers, tuple(examples[:20]), (5, 6, 7), answers[0]]


def largest_difference(model: Any, sequences: list[tuple[int, ...]], size: int) -> float:
    """Between log-probabilities at the last (up to) three places of each sequence, in the tree and alone."""
    n_read = [min(3, len(each)) for each in sequences]
    tree, columns = tree_of(sequences, n_read)
    passes, found = TreePasses(model, tree), {}
    wanted = np.unique(np.concatenate(columns))
    while passes.n_left:
        here = wanted[(wanted >= passes.n_read) & (wanted < passes.n_read + size)]
        found |= dict(zip(here.tolist(), passes.read(size, here), strict=True))
    worst = 0.0
    for sequence, n, columns_of in zip(sequences, n_read, columns, strict=True):
        with torch.no_grad():
            alone = model(torch.tensor([sequence])).logits[0, -n:].log_softmax(-1)
        mine = torch.stack([found[column] for column in columns_of.tolist()]).log_softmax(-1)
        worst = max(worst, (mine - alone).abs().max().item())
    return worst


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("size", [7, 64, 1000])
def test_a_tree_predicts_what_each_sequence_alone_predicts(
    tiny_of_every_kind: LanguageModel, size: int, attention: str
) -> None:
    model = make_model(tiny_of_every_kind.name.removeprefix("tiny-"))
    model.set_attn_implementation(attention)
    assert largest_difference(model, branching(), size) < 1e-4


def test_soft_capping_and_a_window_in_every_second_layer_are_kept() -> None:
    config = transformers.Gemma2Config(
        vocab_size=320,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        sliding_window=8,
        query_pre_attn_scalar=8,
        initializer_range=0.3,
        pad_token_id=2,
    )
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = transformers.AutoModelForCausalLM.from_config(config).eval()
    for size in (16, 1000):
        assert largest_difference(model, branching(), size) < 1e-4


def test_every_column_is_computed_once(tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    sequences, read = branching(), []
    original = tree_passes.forward

    def forward(model: Any, select: Any, **inputs: torch.Tensor) -> Any:
        read.append(inputs["input_ids"].numel())
        return original(model, select, **inputs)

    monkeypatch.setattr(tree_passes, "forward", forward)
    tree, _ = tree_of(sequences, [1] * len(sequences))
    passes = TreePasses(tiny.model, tree)
    while passes.n_left:
        passes.read(50, np.zeros(0, dtype=np.int64))
    n_shared = sum(map(len, sequences)) - len(tree)
    assert sum(read) == len(tree) and max(read) == 50
    assert n_shared > 25 * 20  # nearly all of the examples, 25 times over


def test_a_pass_that_failed_can_be_repeated_with_less(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sequences = branching()
    tree, _ = tree_of(sequences, [1] * len(sequences))
    passes, original = TreePasses(tiny.model, tree), tree_passes.forward
    passes.read(60, np.zeros(0, dtype=np.int64))

    def fails_on_the_way(model: Any, select: Any, **inputs: Any) -> Any:
        original(model, select, **inputs)  # the cache has grown by then
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with monkeypatch.context() as patch:
        patch.setattr(tree_passes, "forward", fails_on_the_way)
        with pytest.raises(torch.OutOfMemoryError):
            passes.read(60, np.zeros(0, dtype=np.int64))
    passes.read(30, np.zeros(0, dtype=np.int64))
    logits = passes.read(passes.n_left, np.array([len(tree) - 1]))
    sequence = sorted(sequences)[-1]
    with torch.no_grad():
        alone = tiny.model(torch.tensor([sequence])).logits[0, -1:]
    torch.testing.assert_close(logits, alone, rtol=1e-4, atol=1e-4)


def test_memory_is_that_of_one_pass_and_one_sequence(tiny: LanguageModel) -> None:
    sequences = branching()
    tree, _ = tree_of(sequences, [1] * len(sequences))
    passes = TreePasses(tiny.model, tree)
    while passes.n_left:
        passes.read(16, np.zeros(0, dtype=np.int64))
        kept = [layer.keys.shape[2] for layer in passes._path.layers]
        assert max(kept) <= max(map(len, sequences))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"_attn_implementation": "flash_attention_2"}, "takes no mask"),
        ({"rope_parameters": {"rope_type": "dynamic", "factor": 2.0}}, "longest sequence"),
        ({"num_kv_shared_layers": 1}, "keys of other layers"),
    ],
)
def test_models_that_do_not_suit_are_told_by_their_configuration(change: dict, reason: str) -> None:
    model = make_model("llama")
    for name, value in change.items():
        setattr(model.config, name, value)
    tree, _ = tree_of([(5, 6)], [1])
    with pytest.raises(NotExact, match=reason):
        TreePasses(model, tree)


def test_sequences_beyond_the_longest_do_not_suit(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree_passes, "LONGEST", 4)
    tree, _ = tree_of([(5, 6, 7, 8, 9)], [1])
    with pytest.raises(NotExact, match="longer than 4 tokens"):
        TreePasses(tiny.model, tree)


def test_a_model_that_does_not_heed_positions_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_model("llama")
    check_exact(model, [5, 6, 7])
    careless = make_model("llama")
    original = careless.model.rotary_emb.forward

    def by_place(hidden: torch.Tensor, position_ids: torch.Tensor) -> Any:
        return original(hidden, torch.arange(hidden.shape[1])[None])

    monkeypatch.setattr(careless.model.rotary_emb, "forward", by_place)
    for _ in range(2):  # the finding is kept
        with pytest.raises(NotExact, match="small tree of tokens predicts otherwise"):
            check_exact(careless, [5, 6, 7])


class OnlyTwoDimensions(transformers.LlamaForCausalLM):
    """Somebody's own model, which makes of every mask what it likes."""

    def forward(
        self,
        input_ids: Any = None,
        attention_mask: Any = None,
        position_ids: Any = None,
        past_key_values: Any = None,
        **named: Any,
    ) -> Any:
        if attention_mask is not None and attention_mask.ndim != 2:
            raise ValueError("a mask has two dimensions")
        return super().forward(input_ids, attention_mask, position_ids, past_key_values, **named)


def test_a_model_that_breaks_on_a_tree_is_scored_without(tiny: LanguageModel) -> None:
    with torch.random.fork_rng():
        model = OnlyTwoDimensions(make_model("llama").config).eval()
    with pytest.raises(NotExact, match="by inf nats"):
        check_exact(model, [5, 6])
    requests = [("the quick", " brown fox"), ("the quick", " dog")]
    assert len(dict(replace(tiny, model=model).log_probs(requests))) == 2


def test_a_check_that_does_not_fit_into_memory_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def forward(*arguments: Any, **inputs: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(tree_passes, "forward", forward)
    check_exact(make_model("llama"), [5])


def test_attention_without_masks_of_our_own_does_not_suit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer_masks, "TAKES_MASKS", ())
    with pytest.raises(NotExact):
        check_exact(make_model("llama"), [5])
