import json
import math
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.conftest import make_model, make_tokenizer
from tests.planted_sae import planted_model, planted_sae
from tests.tools.sae.tiny_saes import ARCHITECTURES, make_sae, tiny_sae
from tools.errors import ModelError
from tools.models.language_model import LanguageModel
from tools.sae.load import check_features, check_fits, load_sae, wrap_sae

X = torch.randn(40, 32, generator=torch.Generator().manual_seed(9)) * 3 + 0.5


def firing_pairs(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows and features that are not silent, at most three a row."""
    rows, features = (z.abs() > 1e-3).nonzero().T
    keep = torch.tensor([int((rows[:i] == row).sum()) < 3 for i, row in enumerate(rows)])
    return rows[keep], features[keep]


def scale(kind: str, x: torch.Tensor, weights: torch.Tensor) -> torch.Tensor | float:
    """What stands between z_f * W_dec[f] and the contribution, from each architecture's definition."""
    if kind == "layer_norm":  # the output is multiplied with the input's standard deviation
        return (x - x.mean(-1, keepdim=True)).std(-1, keepdim=True)
    if kind == "constant_norm_rescale":  # the input was brought to the length sqrt(width)
        return x.norm(dim=-1, keepdim=True) / math.sqrt(32)
    if kind == "topk_rescaled":  # activations are in units of the decoder's norm
        return 1 / weights.norm(dim=-1, keepdim=True)
    return 1.0


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_the_contribution_is_what_the_reconstruction_loses_without_the_feature(kind: str) -> None:
    sae = tiny_sae(kind)
    z = sae.encode(X)
    rows, features = firing_pairs(z)
    assert len(rows) > 40
    found = sae.contribution(X[rows], features)
    weights = sae.sae.W_dec.detach()[features]
    expected = z[rows, features, None] * weights * scale(kind, X[rows], weights)
    assert torch.allclose(found, expected, atol=2e-5)
    assert torch.allclose(sae.without(X[rows], features), X[rows] - expected, atol=2e-5)


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_a_silent_feature_contributes_exactly_nothing(kind: str) -> None:
    sae = tiny_sae(kind)
    silent = (sae.encode(X) == 0).float().argmax(dim=1)
    rows = sae.encode(X).gather(1, silent[:, None])[:, 0] == 0
    assert rows.any()
    assert torch.equal(sae.without(X[rows], silent[rows]), X[rows])


@pytest.mark.parametrize("kind", ["layer_norm", "constant_norm_rescale"])
def test_contributions_do_not_depend_on_what_was_encoded_before(kind: str) -> None:
    sae = tiny_sae(kind)
    features = sae.encode(X[:5]).argmax(dim=1)
    first = sae.contribution(X[:5], features)
    sae.encode(X[10:40] * 100)
    assert torch.equal(sae.contribution(X[:5], features), first)


def test_the_features_of_many_rows_are_the_same_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    sae = tiny_sae("layer_norm")
    features = sae.encode(X).argmax(dim=1)
    whole = sae.contribution(X, features)
    monkeypatch.setattr("tools.sae.load.ENTRIES", 7 * sae.n_features)
    assert torch.allclose(sae.contribution(X, features), whole, atol=1e-6)
    assert sae.contribution(X[:0], features[:0]).shape == (0, 32)


def test_an_sae_of_centred_writing_weights_reads_the_stream_less_its_mean() -> None:
    sae = make_sae("standard")
    sae.cfg.metadata.model_from_pretrained_kwargs = {"center_writing_weights": True}
    centred = wrap_sae("centred", sae)
    plain = tiny_sae("standard")
    assert torch.equal(centred.encode(X), plain.encode(X - X.mean(-1, keepdim=True)))


@pytest.mark.parametrize("kind", ["topk", "gated", "jumprelu", "batchtopk", "layer_norm"])
def test_a_saved_folder_is_loaded_as_it_was(kind: str, tmp_path: Path) -> None:
    sae = make_sae(kind)
    sae.save_model(tmp_path)
    loaded = load_sae(str(tmp_path))
    assert (loaded.layer, loaded.site, loaded.hook_name) == (1, "resid_post", "blocks.1.hook_resid_post")
    assert (loaded.n_features, loaded.width) == (48, 32)
    assert loaded.architecture == sae.cfg.architecture()
    assert loaded.trained_on == "tiny"
    assert loaded.weights_hash == wrap_sae("x", sae).weights_hash
    assert torch.equal(loaded.encode(X), wrap_sae("x", sae).encode(X))


def test_half_precision_files_are_computed_in_float32(tmp_path: Path) -> None:
    make_sae("topk").to(torch.float16).save_model(tmp_path)
    assert load_sae(str(tmp_path)).encode(X).dtype == torch.float32


@pytest.mark.parametrize(
    ("architecture", "why"),
    [
        ("transcoder", "writes to another place than it reads"),
        ("jumprelu_skip_transcoder", "writes to another place than it reads"),
        ("temporal", "depends on the tokens before"),
        ("matching_pursuit", "one after another"),
        ("../../etc", "no SAE architecture"),
        (["topk"], "no SAE architecture"),
    ],
)
def test_what_cannot_be_ablated_is_refused_by_name(architecture: Any, why: str, tmp_path: Path) -> None:
    make_sae("topk").save_model(tmp_path)
    change(tmp_path, architecture=architecture)
    with pytest.raises(ModelError, match=why) as caught:
        load_sae(str(tmp_path))
    assert str(architecture) in str(caught.value)


def test_a_transcoder_in_memory_is_refused_too() -> None:
    from sae_lens import Transcoder, TranscoderConfig

    with pytest.raises(ModelError, match="transcoder"):
        wrap_sae("t", Transcoder(TranscoderConfig(d_in=4, d_out=4, d_sae=8, apply_b_dec_to_input=False)))


def change(folder: Path, **changes: Any) -> None:
    file = folder / "cfg.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_an_unfolded_normalisation_is_refused() -> None:
    sae = make_sae("topk")
    sae.cfg.normalize_activations = "expected_average_only_in"
    with pytest.raises(ModelError, match="expected_average_only_in normalisation not folded"):
        wrap_sae("old", sae)


def test_weights_that_are_not_numbers_are_refused() -> None:
    sae = make_sae("topk")
    sae.W_dec.data[3, 3] = math.nan
    with pytest.raises(ModelError, match="not numbers"):
        wrap_sae("broken", sae)


def damaged(folder: Path, how: str) -> None:
    weights = folder / "sae_weights.safetensors"
    match how:
        case "no weights":
            weights.unlink()
        case "no configuration":
            (folder / "cfg.json").unlink()
        case "truncated weights":
            weights.write_bytes(weights.read_bytes()[:-100])
        case "weights of zeros":
            weights.write_bytes(b"\0" * 1000)
        case "empty weights":
            weights.write_bytes(b"")
        case "half a configuration":
            (folder / "cfg.json").write_text((folder / "cfg.json").read_text()[:40])
        case "another configuration":
            change(folder, d_sae=99)
        case "a list":
            (folder / "cfg.json").write_text("[1, 2]")
        case "no width":
            change(folder, d_in="many")
        case "bytes":
            (folder / "cfg.json").write_bytes(b"\xff\xfe\x00\x01")
        case "nested":
            (folder / "cfg.json").write_text("[" * 100_000)


@pytest.mark.parametrize(
    "how",
    [
        "no weights",
        "no configuration",
        "truncated weights",
        "weights of zeros",
        "empty weights",
        "half a configuration",
        "another configuration",
        "a list",
        "no width",
        "bytes",
        "nested",
    ],
)
def test_a_damaged_folder_is_told_in_one_sentence(how: str, tmp_path: Path) -> None:
    make_sae("topk").save_model(tmp_path)
    damaged(tmp_path, how)
    with pytest.raises(ModelError) as caught:
        load_sae(str(tmp_path))
    assert str(tmp_path) in caught.value.message
    assert caught.value.next_step
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gemma-scope-2b-pt-rez/layer_3/width_16k/average_l0_28", "Did you mean gemma-scope-2b-pt-res?"),
        ("no-such-release/x", "lists no release 'no-such-release'"),
        ("gpt2-small-res-jb", "is a release of SAEs"),
        ("gpt2-small-res-jb/blocks.99.hook_resid_pre", "has no SAE 'blocks.99.hook_resid_pre'"),
        ("gpt2-small-res-jb/blocks.8.hook_resid_pre", "is not on this machine"),
        ("someone/some-saes/layer_3", "is not on this machine"),
        ("/no/such/folder", "is no SAELens folder"),
        ("", "No SAE was named"),
    ],
)
def test_an_sae_that_is_not_here_is_told_at_once_without_a_network(name: str, said: str) -> None:
    from sae_lens.loading.pretrained_saes_directory import get_pretrained_saes_directory

    get_pretrained_saes_directory()  # read once
    started = time.monotonic()
    with pytest.raises(ModelError) as caught:
        load_sae(name)
    assert said in str(caught.value)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("feature", [-1, 8, 10**12])
def test_a_feature_out_of_range_is_told_with_the_range(feature: int) -> None:
    with pytest.raises(ModelError, match=f"has no feature {feature}.* numbered 0 to 7"):
        check_features(planted_sae(), [0, feature])


def test_an_sae_fits_models_of_its_width_and_depth(tiny_of_every_kind: LanguageModel) -> None:
    for hook_name in ("blocks.0.hook_resid_pre", "blocks.1.hook_resid_post"):
        check_fits(tiny_sae("topk", hook_name), tiny_of_every_kind)


def test_an_sae_of_another_width_is_told(tiny: LanguageModel) -> None:
    with pytest.raises(ModelError, match=r"width 48, and that of tiny-llama is 32 wide.*own model.*planted"):
        check_fits(planted_sae(), tiny)


def test_an_sae_of_a_deeper_model_is_told(tiny: LanguageModel) -> None:
    with pytest.raises(ModelError, match="reads layer 7, and the last layer of tiny-llama is 2"):
        check_fits(tiny_sae("topk", "blocks.7.hook_resid_post"), tiny)


def test_a_module_path_of_another_structure_is_told() -> None:
    gpt2 = LanguageModel(make_model("gpt2"), make_tokenizer(), "tiny-gpt2", "tiny-gpt2")
    check_fits(tiny_sae("topk", "transformer.h.1"), gpt2)
    with pytest.raises(ModelError, match=r"'model\.layers\.1'.*transformer\.h\.0 to transformer\.h\.2"):
        check_fits(tiny_sae("topk", "model.layers.1"), gpt2)


def test_loading_leaves_random_numbers_and_warnings_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_sae("topk").save_model(tmp_path)
    state = torch.get_rng_state()
    load_sae(str(tmp_path))
    assert torch.equal(torch.get_rng_state(), state)
    printed = capsys.readouterr()
    assert printed.out == printed.err == ""


def test_the_planted_sae_fits_its_model() -> None:
    check_fits(planted_sae(), planted_model())
