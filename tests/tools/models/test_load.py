import json
import logging
import math
import shutil
import time
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.conftest import make_language_model, make_model, make_tokenizer
from tools.errors import ModelError
from tools.models import embedded as embedded_module
from tools.models import hub
from tools.models.language_model import LanguageModel
from tools.models.load import load_model
from tools.progress import Progress


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as save_pretrained writes it."""
    folder = tmp_path_factory.mktemp("models") / "my-checkpoint"
    make_model("llama").save_pretrained(folder)
    make_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(saved, tmp_path / "my-checkpoint"))


def error_of(name: Path | str, **options: object) -> ModelError:
    with pytest.raises(ModelError) as caught:
        load_model(str(name), **options)
    assert caught.value.next_step, "every error tells what to do next"
    return caught.value


def test_a_folder_loads_with_every_bit_of_its_weights(saved: Path) -> None:
    model = load_model(str(saved))
    original = make_language_model("llama")
    assert model.weights_hash == original.weights_hash
    assert (model.name, model.source, model.revision) == ("my-checkpoint", str(saved), None)
    assert model.dtype == torch.float32
    assert model.has_chat_template
    assert list(model.log_probs([("the", " dog")])) == list(original.log_probs([("the", " dog")]))


def test_dtype_and_device_are_chosen_by_name(saved: Path) -> None:
    model = load_model(str(saved), dtype="bfloat16", device="cpu")
    assert model.dtype == torch.bfloat16 and model.device == torch.device("cpu")


def test_device_auto_spreads_the_model_over_what_there_is(saved: Path) -> None:
    model = load_model(str(saved), device="auto")
    assert list(model.log_probs([("the", " dog")]))


def test_loading_says_nothing_and_restores_the_loggers(
    saved: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from transformers.utils import logging as transformers_logging

    state = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity(logging.INFO)
    try:
        load_model(str(saved))
        assert transformers_logging.get_verbosity() == logging.INFO
        assert transformers_logging.is_progress_bar_enabled() == state[1]
    finally:
        transformers_logging.set_verbosity(state[0])
    assert capfd.readouterr() == ("", "")


def test_loading_leaves_the_random_state(saved: Path) -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    load_model(str(saved))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_folder_without_config(folder: Path) -> None:
    (folder / "config.json").unlink()
    assert "no config.json" in error_of(folder).message


def test_a_config_that_is_no_json(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "lla')
    assert "config.json cannot be read" in error_of(folder).message


def test_a_folder_without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    assert "no safetensors weights" in error_of(folder).message


def test_a_folder_with_pickled_weights_only_is_told_how_to_convert(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    error = error_of(folder)
    assert "pytorch_model.bin" in error.message and "save_pretrained" in error.next_step


def test_a_folder_without_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    assert "no tokenizer" in error_of(folder).message


def test_truncated_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    assert "cut off or damaged" in error_of(folder).message


def test_corrupt_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 5000)
    assert "cut off or damaged" in error_of(folder).message


def test_a_shard_that_is_missing(folder: Path) -> None:
    index = {"weight_map": {"lm_head.weight": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "model-00002-of-00002.safetensors is missing" in error_of(folder).message


def test_missing_weights_are_not_made_up(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    del weights["model.layers.1.mlp.down_proj.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    assert "lack model.layers.1.mlp.down_proj.weight" in error_of(folder).message


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("num_hidden_layers", 2, "hold more than the architecture has"),
        ("num_hidden_layers", 5, "lack model.layers.3"),
        ("hidden_size", 64, "do not fit"),
        ("vocab_size", 300, "do not fit"),
    ],
)
def test_weights_of_another_configuration_are_refused(
    folder: Path, setting: str, value: int, message: str
) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {setting: value, "head_dim": 8}))
    assert message in error_of(folder).message


def test_an_unknown_architecture(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": "quantum_llama"}))
    assert "architecture of my-checkpoint is unknown" in error_of(folder).message


def test_a_model_that_brings_its_own_code_is_not_run(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "model_type": "own",
        "auto_map": {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "own.py").write_text("raise SystemExit('ran')")
    error = error_of(folder)
    assert "Python code" in error.message and "trust_remote_code" in error.next_step


def test_an_encoder_is_refused(tmp_path: Path) -> None:
    from transformers import BertConfig, BertForMaskedLM

    config = BertConfig(
        vocab_size=320, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64
    )
    BertForMaskedLM(config).save_pretrained(tmp_path / "bert")
    make_tokenizer().save_pretrained(tmp_path / "bert")
    assert "encoder" in error_of(tmp_path / "bert").message


def test_an_encoder_decoder_is_refused(tmp_path: Path) -> None:
    from transformers import T5Config, T5ForConditionalGeneration

    config = T5Config(vocab_size=320, d_model=32, d_kv=8, d_ff=64, num_layers=1, num_heads=4)
    T5ForConditionalGeneration(config).save_pretrained(tmp_path / "t5")
    make_tokenizer().save_pretrained(tmp_path / "t5")
    assert "encoder-decoder" in error_of(tmp_path / "t5").message


def test_a_tokenizer_of_another_model_is_refused(folder: Path) -> None:
    model = make_model("llama")
    model.resize_token_embeddings(300)
    model.save_pretrained(folder)
    assert "more tokens than the model has embeddings" in error_of(folder).message


def test_tokens_added_beyond_the_embeddings_are_no_hindrance_until_they_are_used(folder: Path) -> None:
    tokenizer = make_tokenizer()
    tokenizer.add_tokens(["<|unheard-of|>"])
    tokenizer.save_pretrained(folder)
    model = load_model(str(folder))
    scores = dict(model.log_probs([("the", " dog"), ("the", "<|unheard-of|>")]))
    assert math.isfinite(scores[0].total) and math.isnan(scores[1].total)
    written = dict(model.generate(["<|unheard-of|>", "the"], max_new_tokens=2, chat=False))
    assert written[0].stopped_by == "error: the prompt has a token that the model does not know"
    assert written[1].stopped_by in {"length", "eos"}


def test_a_corrupt_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")
    assert "tokenizer" in error_of(folder).message


def test_too_little_memory(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers import AutoModelForCausalLM

    def from_pretrained(*arguments: object, **options: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")

    monkeypatch.setattr(AutoModelForCausalLM, "from_pretrained", from_pretrained)
    assert "does not fit into the memory" in error_of(saved).message


def test_names_that_are_nothing() -> None:
    assert "neither a file, a folder nor a hub id" in error_of("what is this?").message
    assert "no model folder" in error_of("/no/such/folder").message
    assert "cannot be read" in error_of("no-such-file.gguf").message


def test_a_hub_name_that_is_not_here_fails_at_once_when_offline() -> None:
    started = time.monotonic()
    error = error_of("no-such-organisation/no-such-model")
    assert "not on this machine" in error.message and "HF_HUB_OFFLINE" in error.message
    assert time.monotonic() - started < 3


def test_a_hub_name_that_is_not_here_fails_at_once_without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    started = time.monotonic()
    assert "no connection to the hub" in error_of("no-such-organisation/no-such-model").message
    assert time.monotonic() - started < 3


def test_a_hub_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants, utils

    class Hanging:
        def head(self, *arguments: object, **options: object) -> None:
            time.sleep(5)
            raise OSError("gave up")

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(utils, "get_session", Hanging)
    monkeypatch.setattr(hub, "SECONDS_TO_ANSWER", 0.2)
    started = time.monotonic()
    assert "no connection" in error_of("no-such-organisation/no-such-model").message
    assert time.monotonic() - started < 3


def test_a_hub_model_in_the_cache_loads_without_network(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "models--someone--tiny"
    shutil.copytree(saved, repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    model = load_model("someone/tiny")
    assert (model.name, model.source, model.revision) == ("someone/tiny", "someone/tiny", commit)
    assert "revision 'step5'" in error_of("someone/tiny", revision="step5").message


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A hub that answers, without a network."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(hub, "hub_answers", lambda: True)
    return monkeypatch


def test_a_hub_model_is_downloaded_with_reports(saved: Path, online: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    asked = {}

    def snapshot_download(name: str, **options: object) -> str:
        asked.update(options, name=name)
        time.sleep(0.6)
        return str(saved)

    siblings = [SimpleNamespace(rfilename="model.safetensors")]
    online.setattr(huggingface_hub.HfApi, "model_info", lambda *a, **k: SimpleNamespace(siblings=siblings))
    online.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    seen: list[Progress] = []
    model = load_model("someone/tiny", revision="step5", report=seen.append)
    assert model.name == "someone/tiny"
    assert (asked["name"], asked["revision"]) == ("someone/tiny", "step5")
    assert not any(pattern in asked["allow_patterns"] for pattern in ("*.bin", "*.py"))
    assert any(progress.task == "downloading someone/tiny" for progress in seen)


def test_a_hub_model_without_safetensors_is_refused_before_anything_is_downloaded(
    online: pytest.MonkeyPatch,
) -> None:
    import huggingface_hub

    siblings = [SimpleNamespace(rfilename="pytorch_model.bin")]
    online.setattr(huggingface_hub.HfApi, "model_info", lambda *a, **k: SimpleNamespace(siblings=siblings))
    assert "no safetensors weights on the hub" in error_of("someone/tiny").message


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("RepositoryNotFoundError", "The hub has no model 'someone/tiny'"),
        ("GatedRepoError", "is gated"),
        ("RevisionNotFoundError", "has no revision 'step5'"),
        ("HfHubHTTPError", "could not deliver it"),
    ],
)
def test_what_the_hub_refuses_is_told(online: pytest.MonkeyPatch, error: str, message: str) -> None:
    import huggingface_hub
    from huggingface_hub import errors

    def model_info(*arguments: object, **options: object) -> None:
        raise getattr(errors, error)("no", response=MagicMock())

    online.setattr(huggingface_hub.HfApi, "model_info", model_info)
    assert message in error_of("someone/tiny", revision="step5").message


def test_a_local_model_has_no_revisions(saved: Path) -> None:
    assert "no revisions" in error_of(saved, revision="main").message


def test_unknown_dtypes_and_devices_are_told_before_anything_is_read() -> None:
    assert "dtype 'int3'" in error_of("embedded", dtype="int3").message
    assert "device 'tpu9'" in error_of("embedded", device="tpu9").message
    assert "no device 'meta'" in error_of("embedded", device="meta").message


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without CUDA")
def test_cuda_without_a_gpu() -> None:
    error = error_of("embedded", device="cuda")
    assert "no device 'cuda'" in error.message and "cpu" in error.next_step


def test_the_embedded_model_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_module, "PACKAGE", "no-such-package")
    assert "pip install" in error_of("embedded").next_step


@pytest.mark.embedded
def test_the_embedded_model_has_its_plain_name(embedded: LanguageModel) -> None:
    assert embedded.name == "SmolLM2-135M-Instruct"
    assert embedded.model.config.num_hidden_layers == 30
    assert embedded.has_chat_template and embedded.dtype == torch.float32
