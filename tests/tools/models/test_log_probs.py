import math
from types import ModuleType

import pytest
import torch

from tests.conftest import make_language_model
from tests.slow_twins import Hflm, log_probs_by_full_pass
from tools.errors import ModelError, Stopped
from tools.models import layer_masks, log_probs, padded_rows, tree_passes
from tools.models.language_model import LanguageModel
from tools.models.log_probs import score_continuations
from tools.models.pair_encoding import encode_pairs
from tools.progress import Progress

REQUESTS = [
    ("the quick brown fox", " jumps over"),
    ("the quick brown fox", " jumps"),
    ("the quick brown fox", " eats"),
    ("the capital of France is ", "Paris"),
    ("one two", " three four five six seven eight nine ten"),
    ("", "the lazy dog"),
]


# The ways to score them; the rows are for models that the tree does not suit.
@pytest.fixture(params=["tree", "rows"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Each way in turn, as the module whose `forward` it runs."""
    if request.param == "tree":
        return tree_passes
    monkeypatch.setattr(layer_masks, "TAKES_MASKS", ())
    return padded_rows


def test_scores_equal_one_full_pass_each(tiny_of_every_kind: LanguageModel, way: ModuleType) -> None:
    model = tiny_of_every_kind
    scores = dict(model.log_probs(REQUESTS))
    for index, (context, continuation) in enumerate(encode_pairs(model.tokenizer, REQUESTS)):
        assert scores[index].token_ids == tuple(continuation)
        assert scores[index].log_probs == pytest.approx(
            log_probs_by_full_pass(model, context, continuation), abs=1e-4
        )


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


def few_shot_requests() -> list[tuple[str, str]]:
    """Two solved questions of about fifty tokens, many windows of the tiny models, before each of four questions."""
    solved = "the capital of France is Paris, and the river runs to the sea. one two three four is five. " * 2
    return [
        (f"{solved}the {animal} jumps over the", choice)
        for animal in ("quick dog", "lazy dog", "brown fox", "fox")
        for choice in (" lazy dog", " river", " sea and Paris", " dog")
    ]


def test_few_shot_scores_equal_one_full_pass_each(
    tiny_of_every_kind: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, requests = tiny_of_every_kind, few_shot_requests()
    expected = [
        log_probs_by_full_pass(model, context, continuation)
        for context, continuation in encode_pairs(model.tokenizer, requests)
    ]
    for size in (16, 256):
        monkeypatch.setitem(log_probs.COLUMNS_PER_PASS, "cpu", size)
        scores = dict(model.log_probs(requests))
        for index, log_probs_expected in enumerate(expected):
            assert scores[index].log_probs == pytest.approx(log_probs_expected, abs=1e-4)


@pytest.mark.embedded
def test_few_shot_scores_are_those_of_lm_eval(embedded: LanguageModel) -> None:
    requests = few_shot_requests()[:8]
    scores = dict(embedded.log_probs(requests))
    peer = Hflm(embedded, batch_size=4).log_probs(requests)
    assert [scores[index].total for index in range(8)] == pytest.approx(peer, abs=1e-4)


def test_what_requests_share_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model, requests = make_language_model(), few_shot_requests()
    dict(model.log_probs(requests[:1]))  # with the check of a new model
    n_read = []
    original = tree_passes.forward

    def forward(*arguments: object, **inputs: torch.Tensor) -> object:
        n_read.append(inputs["input_ids"].numel())
        return original(*arguments, **inputs)  # type: ignore[arg-type]

    monkeypatch.setattr(tree_passes, "forward", forward)
    assert len(dict(model.log_probs(requests))) == 16
    lengths = [len(c) + len(t) - 1 for c, t in encode_pairs(model.tokenizer, requests)]
    assert max(lengths) < sum(n_read) < 3 * max(lengths) and sum(lengths) > 12 * max(lengths)


def test_only_so_many_logits_are_held_at_a_time(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch, way: ModuleType
) -> None:
    expected = dict(tiny.log_probs(REQUESTS))
    original, held = way.forward, []

    def forward(*arguments: object, **inputs: torch.Tensor) -> object:
        output = original(*arguments, **inputs)  # type: ignore[arg-type]
        held.append(output.logits[0].shape[0])
        return output

    monkeypatch.setattr(way, "forward", forward)
    monkeypatch.setattr(log_probs, "LOGITS_PER_PASS", 3 * 320)
    monkeypatch.setattr(padded_rows, "LOGITS_PER_PASS", 3 * 320)
    found = dict(tiny.log_probs(REQUESTS))
    # A row is not cut, whatever the limit.
    assert max(held) <= (3 if way is tree_passes else max(len(score.token_ids) for score in found.values()))
    for index, score in found.items():
        assert score.log_probs == pytest.approx(expected[index].log_probs, abs=1e-5)


def test_a_stop_keeps_what_is_scored_already(tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(log_probs.COLUMNS_PER_PASS, "cpu", 16)

    def stopping(progress: Progress) -> None:
        if progress.done >= 2:
            raise Stopped

    found = []
    with pytest.raises(Stopped):
        for index, _ in score_continuations(tiny.model, tiny.tokenizer, REQUESTS, stopping):
            found.append(index)
    assert 2 <= len(found) < len(REQUESTS)


def test_a_long_input_is_cut_on_the_left(tiny: LanguageModel) -> None:
    # The context is 256: one more token fits because the last one is never read.
    ((_, score),) = tiny.log_probs([("x " * 300, " dog")])
    ((context, continuation),) = encode_pairs(tiny.tokenizer, [("x " * 300, " dog")])
    kept = (context + continuation)[-257:]
    split = len(kept) - len(continuation)
    expected = log_probs_by_full_pass(tiny, kept[:split], kept[split:])
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


def test_running_out_of_memory_halves_the_pass_and_loses_nothing(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch, way: ModuleType
) -> None:
    expected = dict(tiny.log_probs(REQUESTS))
    original = way.forward
    longest = max(len(c) + len(t) for c, t in encode_pairs(tiny.tokenizer, REQUESTS))

    def forward(*arguments: object, **inputs: torch.Tensor) -> object:
        if inputs["input_ids"].numel() > longest:
            raise RuntimeError(
                "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 9 bytes."
            )
        return original(*arguments, **inputs)  # type: ignore[arg-type]

    monkeypatch.setattr(way, "forward", forward)
    found = dict(tiny.log_probs(REQUESTS))
    assert found.keys() == expected.keys()
    for index, score in found.items():
        assert score.log_probs == pytest.approx(expected[index].log_probs, abs=1e-5)


def test_one_prompt_that_does_not_fit_is_an_error_with_a_next_step(
    monkeypatch: pytest.MonkeyPatch, way: ModuleType
) -> None:
    def forward(*arguments: object, **inputs: object) -> object:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")

    monkeypatch.setattr(way, "forward", forward)
    with pytest.raises(ModelError, match="Memory does not suffice"):
        list(make_language_model().log_probs(REQUESTS))


def test_other_errors_are_not_taken_for_a_lack_of_memory(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch, way: ModuleType
) -> None:
    list(tiny.log_probs(REQUESTS))

    def forward(*arguments: object, **inputs: object) -> object:
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(way, "forward", forward)
    with pytest.raises(RuntimeError, match="shapes do not match"):
        list(tiny.log_probs(REQUESTS))


def test_progress_counts_up_to_all_requests(tiny: LanguageModel) -> None:
    seen = []
    list(score_continuations(tiny.model, tiny.tokenizer, REQUESTS, seen.append))
    assert [seen[0].done, seen[-1].done, seen[-1].total] == [0, len(REQUESTS), len(REQUESTS)]


def test_lone_surrogates_are_scored_like_any_text(tiny: LanguageModel) -> None:
    ((_, score),) = tiny.log_probs([("bad \ud800", " text")])
    assert math.isfinite(score.total)
