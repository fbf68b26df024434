"""The corpus that a model writes for itself: sampled once, kept for its weights and seed, whole or not at all."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent import feature_corpus as corpora
from agent.feature_corpus import FILE, corpus_folder, feature_corpus, is_sampled, sampled_tokens
from tests.conftest import make_language_model
from tools.errors import ModelError, Stopped
from tools.models.language_model import LanguageModel
from tools.models.subject import Generation
from tools.progress import Progress
from tools.sae.corpus import SAMPLES_FILE

TEXT = (
    "One sentence about {0} is here. Another sentence about {0} follows it. A third one on {0} ends the text."
)


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LanguageModel]:
    """A tiny model that answers every prompt with three sentences, and an empty cache."""
    monkeypatch.setenv("BENCHWRIGHT_CACHE", str(tmp_path))
    monkeypatch.setattr(corpora, "TOKENS", 3_000)
    monkeypatch.setattr(corpora, "_writing", lambda model: model)
    tiny = make_language_model()
    asked: list[str] = []

    def generate(prompts: list[str], **how: Any) -> Iterator[tuple[int, Generation]]:
        for index, prompt in enumerate(prompts):
            how["report"](Progress("generating", index, len(prompts)))
            asked.append(prompt)
            topic = "".join(letter for letter in prompt if letter.isalnum() or letter == " ")
            yield index, Generation(TEXT.format(f"{topic} at seed {how['seed']}"), 30, "eos")

    tiny.generate = generate  # type: ignore[method-assign,assignment]
    tiny.asked = asked  # type: ignore[attr-defined]
    yield tiny


def _asked(model: LanguageModel) -> list[str]:
    return model.asked  # type: ignore[attr-defined,no-any-return]


def test_what_was_sampled_is_not_sampled_again(model: LanguageModel) -> None:
    assert not is_sampled(model, 0)
    first = feature_corpus(model)
    n_asked = len(_asked(model))
    assert len(first) >= 200
    assert is_sampled(model, 0)
    assert feature_corpus(model) == first
    assert len(_asked(model)) == n_asked


def test_another_seed_and_other_weights_have_a_corpus_of_their_own(model: LanguageModel) -> None:
    import torch

    first = feature_corpus(model)
    assert feature_corpus(model, seed=1) != first
    before = model.weights_hash
    with torch.no_grad():
        next(model.model.parameters()).add_(0.1)
    assert model.weights_hash != before
    assert not is_sampled(model, 0)


@pytest.mark.parametrize("content", [b"", b'["a sentence"', b'{"a": 1}', b"[1, 2]", b"\xff\xfe"])
def test_a_half_written_or_foreign_file_is_made_again_from_the_samples(
    model: LanguageModel, content: bytes
) -> None:
    first = feature_corpus(model)
    n_asked = len(_asked(model))
    (corpus_folder(model.weights_hash, 0) / FILE).write_bytes(content)
    assert feature_corpus(model) == first
    assert len(_asked(model)) == n_asked


def test_sampling_that_was_stopped_goes_on_and_gives_the_same(model: LanguageModel) -> None:
    def stop(progress: Progress) -> None:
        if len(_asked(model)) == 40:
            raise Stopped

    with pytest.raises(Stopped):
        feature_corpus(model, 0, stop)
    kept = sampled_tokens(model, 0)
    assert 0 < kept < 3_000
    before = len(_asked(model))
    whole = feature_corpus(model)
    again = _asked(model)[before:]
    assert not set(again) & set(_asked(model)[: before - 1])
    (corpus_folder(model.weights_hash, 0) / FILE).unlink()
    (corpus_folder(model.weights_hash, 0) / SAMPLES_FILE).unlink()
    assert sorted(feature_corpus(model)) == sorted(whole)


def test_lines_that_are_no_samples_are_passed_over(model: LanguageModel) -> None:
    folder = corpus_folder(model.weights_hash, 0)
    folder.mkdir(parents=True)
    good = json.dumps({"chat": False, "prompt": "p", "text": "t", "tokens": 7})
    (folder / SAMPLES_FILE).write_text(f'{good}\n[1]\n{{"chat": true}}\nnonsense\n{good[:20]}')
    assert sampled_tokens(model, 0) == 7
    assert len(feature_corpus(model)) >= 200


def test_a_model_that_writes_hardly_anything_is_one_sentence(
    model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpora, "TOKENS", 60)
    with pytest.raises(ModelError, match="wrote only"):
        feature_corpus(model)


def test_a_cache_that_cannot_be_written_is_one_sentence(
    model: LanguageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BENCHWRIGHT_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="cannot be kept") as caught:
        feature_corpus(model)
    assert "BENCHWRIGHT_CACHE" in caught.value.next_step


@pytest.mark.parametrize(("faster", "dtype"), [("bfloat16", "bfloat16"), ("float32", "float32")])
def test_text_is_written_in_the_dtype_that_this_machine_is_faster_with(
    monkeypatch: pytest.MonkeyPatch, faster: str, dtype: str
) -> None:
    from tools.models.cost import Rates

    def rates(device: object, asked: object) -> Rates:
        return Rates(2.0 if str(asked).endswith(faster) else 1.0, 1.0)

    monkeypatch.setattr("tools.models.cost.measured_rates", rates)
    tiny = make_language_model()
    assert str(corpora._writing(tiny).dtype) == f"torch.{dtype}"
    assert str(tiny.dtype) == "torch.float32"
