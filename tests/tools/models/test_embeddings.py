import numpy as np
import pytest

from tools.models import embeddings
from tools.models.embeddings import embed, model_folder

TEXTS = [
    "hello",
    "",
    "how good is this checkpoint at CoT math?",
    "Grüße, 日本語 😀",
    "a very long text " * 200,
    "two sentences. And a second one!",
]


def test_vectors_equal_those_of_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(model_folder()), device="cpu").encode(
        TEXTS, normalize_embeddings=True
    )
    assert np.abs(embed(TEXTS) - reference).max() < 1e-5


def test_vectors_are_of_unit_length_and_near_for_what_is_alike() -> None:
    vectors = embed(["a cat sat on the mat", "a kitten is sitting on a rug", "the interest rate rose"])
    assert vectors.dtype == np.float32 and vectors.shape == (3, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3


def test_the_order_and_the_batching_of_texts_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = embed(TEXTS)
    monkeypatch.setattr(embeddings, "TOKENS_PER_BATCH", 10)
    assert np.abs(embed(TEXTS[::-1])[::-1] - whole).max() < 1e-5


def test_no_texts_give_no_vectors() -> None:
    assert embed([]).shape == (0, 384)


def test_lone_surrogates_are_embedded_like_any_text() -> None:
    assert np.isfinite(embed(["bad \ud800 text"])).all()
