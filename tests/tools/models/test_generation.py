import math
import random
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.conftest import make_language_model
from tests.slow_twins import generate_one_at_a_time
from tools.errors import ModelError, Stopped
from tools.models import generation, layer_masks, prefill, tree_passes
from tools.models.generation import Decoding
from tools.models.language_model import LanguageModel
from tools.models.subject import Generation
from tools.progress import Progress

PROMPTS = [
    "the capital",
    "one two three four five six seven eight nine ten, and then the river",
    "x",
    "the quick brown fox jumps over the lazy dog and the quick brown fox",
    "seven eight",
]


@pytest.mark.parametrize("chat", [False, True])
def test_greedy_text_equals_transformers_one_prompt_at_a_time(
    tiny_of_every_kind: LanguageModel, chat: bool
) -> None:
    model = tiny_of_every_kind
    written = dict(model.generate(PROMPTS, max_new_tokens=24, chat=chat))
    expected = generate_one_at_a_time(model, PROMPTS, 24, chat=chat)
    assert [written[i].text for i in range(len(PROMPTS))] == expected


@pytest.mark.embedded
def test_greedy_text_of_the_embedded_model_equals_transformers(embedded: LanguageModel) -> None:
    prompts = ["What is the capital of France?", "Name three colours.", "Write one sentence about the sea."]
    written = dict(embedded.generate(prompts, max_new_tokens=16))
    expected = generate_one_at_a_time(embedded, prompts, 16, chat=True)
    assert [written[i].text for i in range(3)] == expected
    assert "Paris" in written[0].text


def test_small_batches_give_the_same_text(tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = dict(tiny.generate(PROMPTS, max_new_tokens=12))
    monkeypatch.setitem(generation.MAX_ROWS, "cpu", 2)
    assert dict(tiny.generate(PROMPTS, max_new_tokens=12)) == whole


def test_prompts_read_in_pieces_give_the_same_text(
    tiny_of_every_kind: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny_of_every_kind
    whole = dict(model.generate(PROMPTS, max_new_tokens=12))
    monkeypatch.setitem(prefill.TREE_PASS_TOKENS, "cpu", 7)
    assert dict(model.generate(PROMPTS, max_new_tokens=12)) == whole
    # And where a model does not suit the tree, padded.
    monkeypatch.setattr(layer_masks, "TAKES_MASKS", ())
    assert dict(model.generate(PROMPTS, max_new_tokens=12)) == whole
    monkeypatch.setitem(prefill.PASS_TOKENS, "cpu", 3 * len(PROMPTS))
    assert dict(model.generate(PROMPTS, max_new_tokens=12)) == whole


def test_rows_that_finish_early_are_yielded_before_the_others_and_leave_the_batch(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [generation._Row(0, [0, 9, 8, 7], limit=6, seed=0), generation._Row(1, [0, 9], limit=2, seed=0)]
    sizes = []
    original = generation.forward

    def forward(model: object, select: object, **inputs: torch.Tensor) -> object:
        sizes.append(len(inputs["input_ids"]))
        return original(model, select, **inputs)

    monkeypatch.setattr(generation, "forward", forward)
    decoding = Decoding(max_new_tokens=6, end_tokens=frozenset())
    finished = list(generation._write(tiny.model, tiny.tokenizer, rows, decoding, lambda written: None))
    assert [(row.index, reason) for row, reason in finished] == [(1, "length"), (0, "length")]
    assert sizes == [2, 1, 1, 1, 1]  # and before them the prompts, which write the first token


def test_a_prompt_beyond_the_context_is_cut_on_the_left_and_leaves_room(
    tiny_of_every_kind: LanguageModel,
) -> None:
    model = tiny_of_every_kind
    ids = model.tokenizer("x " * 400)["input_ids"]
    for max_new_tokens, kept in ((8, 248), (200, 128)):  # of a context of 256; at least half is the prompt's
        decoding = Decoding(max_new_tokens, frozenset())
        (row,) = generation._rows(model.model, model.tokenizer, [ids], decoding)
        assert (row.prompt, row.limit) == (ids[-kept:], min(max_new_tokens, 256 - kept))
    ((_, written),) = model.generate(["x " * 400], max_new_tokens=8, chat=False)
    assert 0 <= written.n_tokens <= 8 and not written.stopped_by.startswith("error")


def test_stop_strings_end_a_generation_and_are_cut_off(tiny: LanguageModel) -> None:
    ((_, free),) = tiny.generate(["the capital"], max_new_tokens=24, chat=False)
    stop = free.text[6:9]
    ((_, stopped),) = tiny.generate(["the capital"], max_new_tokens=24, chat=False, stop=[stop, "never"])
    assert stopped.stopped_by == "stop"
    assert stopped.text == free.text[: free.text.index(stop)]
    assert stopped.n_tokens < free.n_tokens


def test_an_end_token_ends_a_generation_and_is_not_counted(tiny: LanguageModel) -> None:
    prompt = [0, 9, 8, 7]

    def write(end_tokens: frozenset[int]) -> tuple[list[int], str]:
        row = generation._Row(0, prompt, limit=8, seed=0)
        decoding = Decoding(max_new_tokens=8, end_tokens=end_tokens)
        ((_, reason),) = generation._write(tiny.model, tiny.tokenizer, [row], decoding, lambda written: None)
        return row.written, reason

    free, _ = write(frozenset())
    assert write(frozenset({free[3]})) == (free[: free.index(free[3])], "eos")


def test_a_sample_depends_on_seed_and_prompt_but_not_on_its_company(tiny: LanguageModel) -> None:
    settings = {"max_new_tokens": 12, "temperature": 1.0, "chat": False}
    together = dict(tiny.generate(PROMPTS, seed=3, **settings))
    for index, prompt in enumerate(PROMPTS):
        ((_, alone),) = tiny.generate([prompt], seed=3, **settings)
        assert alone == together[index]
    other = dict(tiny.generate(PROMPTS, seed=4, **settings))
    assert other != together


def test_equal_prompts_have_different_samples(tiny: LanguageModel) -> None:
    written = dict(tiny.generate(["one two"] * 4, max_new_tokens=12, temperature=1.0, chat=False))
    assert len({generation.text for generation in written.values()}) > 1


def test_sampled_frequencies_follow_the_tempered_distribution() -> None:
    # Logits ln 1, ln 2, ln 5 at temperature 1: probabilities 1/8, 2/8, 5/8. At 0.5 they are squared: 1, 4, 25 of 30.
    logits = torch.tensor([[0.0, math.log(2), math.log(5)]])
    row = generation._Row(0, [0], 1, seed=0, generator=torch.Generator().manual_seed(0))
    for temperature, expected in ((1.0, [1 / 8, 2 / 8, 5 / 8]), (0.5, [1 / 30, 4 / 30, 25 / 30])):
        drawn = [generation._choose(logits, [row], temperature)[0][0] for _ in range(4000)]
        # Four standard errors of a share of 4,000 draws are at most 4 * sqrt(0.25 / 4000) = 0.032.
        assert np.bincount(drawn, minlength=3) / 4000 == pytest.approx(expected, abs=0.032)


def test_logits_that_are_no_numbers_end_the_row_with_an_error(own_tiny: LanguageModel) -> None:
    with torch.no_grad():
        own_tiny.model.lm_head.weight[7] = torch.nan
    for temperature in (0.0, 1.0):
        ((_, written),) = own_tiny.generate(["the"], max_new_tokens=4, temperature=temperature)
        assert written == Generation("", 0, "error: the model's logits are not numbers")


def test_running_out_of_memory_halves_the_batch_and_loses_nothing(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = dict(tiny.generate(PROMPTS, max_new_tokens=12))
    original = generation.forward

    def forward(*arguments: object, **inputs: torch.Tensor) -> object:
        if len(inputs["input_ids"]) > 2 or inputs["input_ids"].shape[1] > 40:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")
        return original(*arguments, **inputs)

    for module in (generation, tree_passes):
        monkeypatch.setattr(module, "forward", forward)
        assert dict(tiny.generate(PROMPTS, max_new_tokens=12)) == expected


def test_one_prompt_that_does_not_fit_is_an_error_with_a_next_step(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forward(*arguments: object, **inputs: object) -> object:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")

    for module in (generation, tree_passes):
        monkeypatch.setattr(module, "forward", forward)
    with pytest.raises(ModelError, match="Memory does not suffice"):
        list(tiny.generate(PROMPTS, max_new_tokens=12))


def test_report_is_called_at_every_step_and_can_stop(tiny: LanguageModel) -> None:
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 5:
            raise Stopped

    with pytest.raises(Stopped):
        list(tiny.generate(["the"], max_new_tokens=50, chat=False, report=report))
    assert seen[0] == Progress("generating", 0, 50, unit="tokens")


@pytest.mark.parametrize(
    "settings",
    [{"max_new_tokens": 0}, {"max_new_tokens": 4, "temperature": -1.0}, {"max_new_tokens": 4, "stop": [""]}],
)
def test_settings_without_meaning_are_refused_at_the_call(tiny: LanguageModel, settings: dict) -> None:
    with pytest.raises(ValueError):
        tiny.generate(["the"], **settings)


def test_generating_leaves_the_model_as_it_was_found() -> None:
    model = make_language_model()
    model.model.train()
    model.model.model.layers[1].eval()
    model.model.lm_head.weight.requires_grad_(False)
    flags = [module.training for module in model.model.modules()]
    gradients = [parameter.requires_grad for parameter in model.model.parameters()]
    config = model.model.config.to_dict()
    hash_before = model.weights_hash
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    states = random.getstate(), np.random.get_state()[1].copy(), torch.get_rng_state()
    tokenizer_before = tokenizer_state(model)

    for index, _ in model.generate(PROMPTS, max_new_tokens=6, temperature=0.7):
        # Also between two results, while the generator waits.
        assert torch.is_grad_enabled() and not torch.is_inference_mode_enabled(), index
        assert [module.training for module in model.model.modules()] == flags
    list(model.log_probs([("the", " dog")]))

    assert [module.training for module in model.model.modules()] == flags
    assert [parameter.requires_grad for parameter in model.model.parameters()] == gradients
    assert all(parameter.grad is None for parameter in model.model.parameters())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.model.modules())
    assert model.model.config.to_dict() == config
    assert tokenizer_state(model) == tokenizer_before
    model.weights_changed()
    assert model.weights_hash == hash_before
    assert random.getstate() == states[0]
    assert (np.random.get_state()[1] == states[1]).all()
    assert torch.equal(torch.get_rng_state(), states[2])


def tokenizer_state(model: LanguageModel) -> tuple[object, ...]:
    tokenizer = model.tokenizer
    backend = tokenizer.backend_tokenizer
    return tokenizer.pad_token, tokenizer.padding_side, backend.padding, backend.truncation, len(tokenizer)


def test_a_model_without_a_key_value_cache_is_refused(tiny: LanguageModel) -> None:
    class Recurrent(torch.nn.Module):
        config = tiny.model.config

        def forward(self, input_ids: torch.Tensor) -> None: ...

    with pytest.raises(ModelError, match="key-value cache"):
        list(replace(tiny, model=Recurrent()).generate(["the"], max_new_tokens=2))
