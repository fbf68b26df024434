import math
from typing import Any

import pytest

from tests.conftest import make_language_model
from tools.edit_benchmarks._readout import TOKENS_PER_BATCH, Readout, divergence
from tools.editing.contexts import target_tokens
from tools.models.language_model import LanguageModel
from tools.models.layers import find_decoder

QUESTIONS = [
    ("the quick brown fox jumps over the", "lazy dog"),
    ("the quick brown fox", "jumps over"),
    ("the quick brown fox", "river"),
    ("one two three four five six seven eight nine ten, and then the river runs to", "the sea"),
    ("the capital of France is", "Paris"),
]


def slowly(model: LanguageModel, prompt: str, target: str) -> tuple[float, bool, Any]:
    """Probability, greediness and the next token's distribution, from one plain pass without batch or cache."""
    import torch

    ids = model.tokenizer(prompt)["input_ids"]
    targets = target_tokens(model, target)
    with torch.no_grad():
        logits = model.model(torch.tensor([[*ids, *targets]])).logits[0].float()
    log_probs = logits.log_softmax(-1)
    places = range(len(ids) - 1, len(ids) + len(targets) - 1)
    total = sum(float(log_probs[place, token]) for place, token in zip(places, targets, strict=True))
    greedy = all(int(logits[place].argmax()) == token for place, token in zip(places, targets, strict=True))
    return math.exp(total), greedy, log_probs[len(ids) - 1]


def assert_reads_what_is_there(readout: Readout, model: LanguageModel) -> None:
    import torch

    answers = readout.read()
    for question in QUESTIONS:
        p, greedy, distribution = slowly(model, *question)
        assert answers.to[question].p == pytest.approx(p, rel=1e-4, abs=1e-9)
        assert answers.to[question].is_greedy == greedy
        torch.testing.assert_close(answers.next_token[question[0]], distribution, atol=1e-4, rtol=1e-4)


def test_a_reading_is_that_of_plain_passes_before_and_after_a_change(
    tiny_of_every_kind: LanguageModel,
) -> None:
    import torch

    kind = tiny_of_every_kind.name.removeprefix("tiny-")
    model = make_language_model(kind)
    decoder = find_decoder(model.model)
    readout = Readout(model, QUESTIONS, distributions=[prompt for prompt, _ in QUESTIONS], entry=1)
    assert_reads_what_is_there(readout, model)
    for layer in decoder.layers[1:]:
        weight = layer.down_projection.get_parameter("weight")
        with torch.no_grad():
            weight.add_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(layer.index)))
        assert_reads_what_is_there(readout, model)


def test_layers_below_the_edited_one_run_in_the_first_reading_only(tiny: LanguageModel) -> None:
    runs = [0, 0, 0]
    handles = []
    for layer in find_decoder(tiny.model).layers:

        def count(module: Any, arguments: Any, output: Any, index: int = layer.index) -> None:
            runs[index] += 1

        # On the attention: a skipped layer is called but computes nothing.
        handles.append(layer.attention.register_forward_hook(count))
    try:
        readout = Readout(tiny, QUESTIONS, entry=2)
        readout.read()
        assert runs == [1, 1, 1]
        readout.read()
        assert runs == [1, 1, 2]
    finally:
        for handle in handles:
            handle.remove()


def test_rows_in_many_batches_read_the_same(tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    together = Readout(tiny, QUESTIONS, entry=0).read()
    monkeypatch.setitem(TOKENS_PER_BATCH, "cpu", 1)
    apart = Readout(tiny, QUESTIONS, entry=0)
    assert len(apart._batches) > 1
    for question, answer in apart.read().to.items():
        assert answer.p == pytest.approx(together.to[question].p, rel=1e-4)


def test_a_beginning_of_another_row_costs_no_row_of_its_own(tiny: LanguageModel) -> None:
    readout = Readout(
        tiny, [("the quick brown fox", "jumps over")], distributions=["the", "the quick"], entry=0
    )
    assert sum(map(len, readout._batches)) == 1


def test_logits_that_are_not_numbers_are_no_answer(own_tiny: LanguageModel) -> None:
    import torch

    with torch.no_grad():
        find_decoder(own_tiny.model).final_norm.get_parameter("weight").fill_(float("nan"))
    answers = Readout(own_tiny, QUESTIONS, distributions=["the"], entry=1).read()
    assert answers.to[QUESTIONS[0]].p is None
    assert answers.to[QUESTIONS[0]].is_greedy is None
    assert answers.next_token == {}


def test_a_question_that_cannot_be_asked_has_its_reason(tiny: LanguageModel) -> None:
    long = "sea " * 600  # more tokens than the context has, all of them the target's
    readout = Readout(tiny, [("the", long), ("the", "sea")], entry=1)
    assert readout.unreadable["the", long] == "The prompt has no tokens, or the target leaves no room for it."
    assert set(readout.read().to) == {("the", "sea")}


def test_divergence_is_in_nats_and_never_below_nought() -> None:
    import torch

    before, after = torch.tensor([0.5, 0.5]).log(), torch.tensor([0.25, 0.75]).log()
    # 0.5 ln 2 + 0.5 ln (2/3) = 0.143841
    assert divergence(before, after) == pytest.approx(0.143841, abs=1e-6)
    assert divergence(before, before) == 0.0
    assert divergence(None, after) is None
    assert divergence(before, torch.tensor([0.0, 1.0]).log()) is None  # infinite
    assert divergence(torch.tensor([0.0, 1.0]).log(), before) == pytest.approx(math.log(2))  # 0 · ln 0 is 0
