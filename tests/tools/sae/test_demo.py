"""The demo SAE that is shipped: its card keeps the promises, and its files hold what the card says."""

import json
from pathlib import Path

import pytest

import tools.sae.demo
from tools.models.language_model import LanguageModel
from tools.sae.quality import measure_loss, measure_reconstruction
from tools.sae.token_labels import TokenLabel
from tools.sae.train import SaeCard
from tools.sae.windows import Window

FOLDER = Path(tools.sae.demo.__file__).parent
TEXT = """The library on the corner opened in 1931, and for many years it was the only one in the district. My
grandmother worked there three days a week. She used to tell us that people came in for the heating as much as for
the books, and that nobody ever minded. When the city council decided to close it last spring, more than four
hundred people signed a petition, and the mayor had to come and listen to them. A week later a new plan was
published: the ground floor becomes a clinic, and the books move upstairs. Most of us think that this is fair."""


@pytest.fixture(scope="module")
def card() -> SaeCard:
    return SaeCard.model_validate_json((FOLDER / "card.json").read_text())


def test_the_card_keeps_the_promises(card: SaeCard) -> None:
    assert card.settings.n_features >= 4096
    assert card.reconstruction.explained_variance >= 0.8
    assert min(card.reconstruction.by_source.values()) >= 0.8
    assert card.reconstruction.dead_share < 0.05
    assert card.loss.recovered_from_mean >= 0.9
    assert card.reconstruction.n_tokens >= 50_000


def test_the_weights_are_small_and_load_as_float32(card: SaeCard) -> None:
    import torch
    from sae_lens import SAE
    from safetensors.torch import load_file

    assert sum(file.stat().st_size for file in FOLDER.glob("sae_weights*")) <= 12 * 2**20
    assert (FOLDER / "labels.json").stat().st_size <= 3 * 2**20
    stored = load_file(FOLDER / "sae_weights.safetensors")
    assert {tensor.dtype for tensor in stored.values()} == {torch.float16}
    assert all(bool(tensor.isfinite().all()) for tensor in stored.values())
    sae = SAE.load_from_disk(FOLDER)
    assert {parameter.dtype for parameter in sae.parameters()} == {torch.float32}
    assert (sae.cfg.d_sae, sae.cfg.k) == (card.settings.n_features, card.settings.k)
    assert sae.cfg.metadata.hook_name == card.hook_name


def test_every_live_feature_has_a_label_with_its_examples(card: SaeCard) -> None:
    labels = [TokenLabel(**entry) for entry in json.loads((FOLDER / "labels.json").read_text())]
    features = [label.feature for label in labels]
    assert features == sorted(set(features))
    assert len(features) == card.settings.n_features - card.reconstruction.n_dead
    assert all(label.label and 1 <= len(label.examples) <= 3 for label in labels)
    assert all("«" in example and "»" in example for label in labels for example in label.examples)


def test_no_path_of_the_machine_that_trained_it_is_shipped() -> None:
    for file in ("cfg.json", "card.json"):
        content = (FOLDER / file).read_text()
        assert "/tmp" not in content
        assert "/work" not in content


@pytest.mark.embedded
def test_it_reconstructs_text_that_nobody_trained_on(embedded: LanguageModel, card: SaeCard) -> None:
    from sae_lens import SAE

    assert embedded.weights_hash == card.weights_hash
    sae = SAE.load_from_disk(FOLDER)
    window = Window(tuple(embedded.tokenizer(TEXT)["input_ids"]), "test", True)
    measured, firings = measure_reconstruction(embedded, sae, card.settings.layer, [window], card.mean_norm)
    assert measured.explained_variance > 0.75
    assert measured.l0 <= card.settings.k
    loss = measure_loss(embedded, sae, card.settings.layer, [window], firings.mean)
    assert loss.recovered_from_mean > 0.85
