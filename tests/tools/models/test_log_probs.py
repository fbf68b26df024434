import math

import pytest
import torch

from tests.conftest import make_language_model
from tools.errors import ModelError
from tools.models import log_probs
from tools.models.language_model import LanguageModel
from tools.models.log_probs import encode_pairs, score_continuations

REQUESTS = [
    ("the quick brown fox", " jumps over"),
    ("the quick brown fox", " jumps"),
    ("the quick brown fox", " eats"),
    ("the capital of France is ", "Paris"),
    ("one two", " three four five six seven eight nine ten"),
    ("", "the lazy dog"),
]


def by_full_pass(model: LanguageModel, context: list[int], continuation: list[int]) -> list[float]:
    """Log-probabilities by one unbatched pass with all logits."""
    tokens = torch.tensor([context + continuation])
    with torch.no_grad():
        table = model.model(tokens).logits[0].log_softmax(-1)
    start = len(context)
    return [table[start + i - 1, token].item() for i, token in enumerate(continuation)]


def test_batched_scores_equal_one_full_pass_each(tiny_of_every_kind: LanguageModel) -> None:
    model = tiny_of_every_kind
    scores = dict(model.log_probs(REQUESTS))
    for index, (context, continuation) in enumerate(encode_pairs(model.tokenizer, REQUESTS)):
        assert scores[index].token_ids == tuple(continuation)
        assert scores[index].log_probs == pytest.approx(by_full_pass(model, context, continuation), abs=1e-4)


def test_greedy_means_that_every_token_is_the_most_probable(tiny: LanguageModel) -> None:
    prompt = "the capital"
    ids = tiny.tokenizer(prompt)["input_ids"]
    with torch.no_grad():
        ranked = tiny.model(torch.tensor([ids])).logits[0, -1].argsort(descending=True).tolist()
    table = {
        tuple(s.token_ids): s for _, s in tiny.log_probs([(prompt, tiny.tokenizer.decode(r)) for r in ranked])
    }
    assert [score.is_greedy for tokens, score in table.items() if tokens == (ranked[0],)] in ([True], [])
    assert not any(score.is_greedy for tokens, score in table.items() if tokens[0] != ranked[0])


def test_trailing_spaces_of_the_prompt_belong_to_the_continuation(tiny: LanguageModel) -> None:
    spaced, plain = encode_pairs(tiny.tokenizer, [("the capital ", "of"), ("the capital", " of")])
    assert spaced == plain


def test_an_empty_prompt_is_the_beginning_of_a_text(tiny: LanguageModel) -> None:
    ((context, continuation),) = encode_pairs(tiny.tokenizer, [("", "the")])
    assert context == [tiny.tokenizer.bos_token_id]
    assert tiny.tokenizer.decode(continuation) == "the"


def test_bos_is_not_doubled_where_the_prompt_spells_it_out(tiny: LanguageModel) -> None:
    spelled, plain = encode_pairs(tiny.tokenizer, [("<|bos|>the", " dog"), ("the", " dog")])
    assert spelled == plain


def test_a_continuation_that_melts_into_the_prompt_is_encoded_apart(tiny: LanguageModel) -> None:
    def n_tokens(text: str) -> int:
        return len(tiny.tokenizer(text)["input_ids"])

    assert n_tokens("a the") == n_tokens("a t")  # " the" is one token, as " t" is
    ((context, continuation),) = encode_pairs(tiny.tokenizer, [("a t", "he")])
    assert context == tiny.tokenizer("a t")["input_ids"]
    assert continuation == tiny.tokenizer("he", add_special_tokens=False)["input_ids"]


def test_an_empty_continuation_is_refused_at_the_call(tiny: LanguageModel) -> None:
    with pytest.raises(ValueError, match="request 1 has an empty continuation"):
        tiny.log_probs([("the", " dog"), ("the", "")])


def test_choices_after_one_prompt_share_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_language_model()
    shapes = []
    original = log_probs.forward

    def forward(*arguments: object, **inputs: torch.Tensor) -> object:
        shapes.append(tuple(inputs["input_ids"].shape))
        return original(*arguments, **inputs)

    monkeypatch.setattr(log_probs, "forward", forward)
    # Two tokens of one word each, and a longer choice whose row serves them all.
    choices = [model.tokenizer.decode(token) for token in model.tokenizer(" the and")["input_ids"][1:]]
    requests = [("one two three", choice) for choice in [*choices, " the quick brown"]]
    assert choices == [" the", " and"]
    assert len(dict(model.log_probs(requests))) == 3
    assert [rows for rows, _ in shapes] == [1]


def test_a_long_input_is_cut_on_the_left(tiny: LanguageModel) -> None:
    # The context is 256: one more token fits because the last one is never read.
    ((_, score),) = tiny.log_probs([("x " * 300, " dog")])
    ((context, continuation),) = encode_pairs(tiny.tokenizer, [("x " * 300, " dog")])
    kept = (context + continuation)[-257:]
    split = len(kept) - len(continuation)
    expected = by_full_pass(tiny, kept[:split], kept[split:])
    assert score.log_probs == pytest.approx(expected, abs=1e-4)


def test_a_continuation_longer_than_the_context_has_no_number(tiny: LanguageModel) -> None:
    ((_, score),) = tiny.log_probs([("the", " dog" * 300)])
    assert math.isnan(score.total) and not score.is_greedy


@pytest.mark.parametrize("poison", [math.nan, math.inf])
def test_logits_that_are_no_numbers_give_nan(own_tiny: LanguageModel, poison: float) -> None:
    with torch.no_grad():
        own_tiny.model.lm_head.weight[7] = poison
    ((_, score),) = own_tiny.log_probs([("the quick", " brown fox")])
    assert all(math.isnan(value) for value in score.log_probs)
    assert not score.is_greedy


def test_running_out_of_memory_halves_the_batch_and_loses_nothing(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = dict(tiny.log_probs(REQUESTS))
    original = log_probs.forward

    def forward(*arguments: object, **inputs: torch.Tensor) -> object:
        if len(inputs["input_ids"]) > 1:
            raise RuntimeError(
                "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 9 bytes."
            )
        return original(*arguments, **inputs)

    monkeypatch.setattr(log_probs, "forward", forward)
    found = dict(tiny.log_probs(REQUESTS))
    assert found.keys() == expected.keys()
    for index, score in found.items():
        assert score.log_probs == pytest.approx(expected[index].log_probs, abs=1e-5)


def test_one_prompt_that_does_not_fit_is_an_error_with_a_next_step(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forward(*arguments: object, **inputs: object) -> object:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")

    monkeypatch.setattr(log_probs, "forward", forward)
    with pytest.raises(ModelError, match="Memory does not suffice"):
        list(tiny.log_probs(REQUESTS))


def test_other_errors_are_not_taken_for_a_lack_of_memory(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forward(*arguments: object, **inputs: object) -> object:
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(log_probs, "forward", forward)
    with pytest.raises(RuntimeError, match="shapes do not match"):
        list(tiny.log_probs(REQUESTS))


def test_progress_counts_up_to_all_requests(tiny: LanguageModel) -> None:
    seen = []
    list(score_continuations(tiny.model, tiny.tokenizer, REQUESTS, seen.append))
    assert [seen[0].done, seen[-1].done, seen[-1].total] == [0, len(REQUESTS), len(REQUESTS)]


def test_lone_surrogates_are_scored_like_any_text(tiny: LanguageModel) -> None:
    ((_, score),) = tiny.log_probs([("bad \ud800", " text")])
    assert math.isfinite(score.total)
