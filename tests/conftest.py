"""Shared fixtures: tiny seeded models with a tokenizer made here, for speed, and the embedded model, for truth."""

import gc
import os

os.environ["HF_HUB_OFFLINE"] = "1"  # before any import of huggingface_hub: no test may touch the network

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tools.models.language_model import LanguageModel

gc.disable()  # until all modules are imported: looking them through for garbage costs a fifth of the whole run

# New examples are looked for where somebody sees what they find; a change is judged by the same ones each time.
hypothesis.settings.register_profile("same", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest begin first, so that no worker is left with one at the end."""
    items.sort(key=lambda item: item.path.name not in LONGEST_FILES)


def pytest_collection_finish() -> None:
    """What was imported stays, so it is never looked through again."""
    gc.freeze()
    gc.enable()


if TYPE_CHECKING:
    from tools.fanout import Team

LONGEST_FILES = (
    "test_command_line.py",
    "test_embedded_edit.py",
    "test_edits_embedded.py",
    "test_end_to_end.py",
    "test_end_to_end_faults.py",
    "test_end_to_end_http.py",
    "test_fan_out.py",
    "test_fanned_work.py",
    "test_training_for_real.py",
)
"""A minute and more each."""
TINY_KINDS = ("llama", "gemma3", "qwen2", "qwen3", "mistral", "gpt_neox", "gpt2")
TRAINING_TEXT = [
    "the quick brown fox jumps over the lazy dog and the capital of France is Paris",
    "one two three four five six seven eight nine ten, and then the river runs to the sea",
]
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<|{{ message.role }}|>{{ message.content | trim }}<|end|>"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIAL = ["<|bos|>", "<|eos|>", "<|pad|>", "<|user|>", "<|assistant|>", "<|end|>"]


def make_tokenizer(chat: bool = True) -> Any:
    """A byte-level BPE tokenizer of 320 tokens that puts BOS before every text."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        TRAINING_TEXT,
        trainers.BpeTrainer(
            vocab_size=320,
            special_tokens=SPECIAL,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|bos|> $A", special_tokens=[("<|bos|>", SPECIAL.index("<|bos|>"))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|bos|>",
        eos_token="<|eos|>",
        pad_token="<|pad|>",
        additional_special_tokens=SPECIAL[3:],
        chat_template=CHAT_TEMPLATE if chat else None,
    )


def make_model(kind: str) -> Any:
    """A seeded random model of three or four layers and width 32, with a window of 8 where it slides."""
    import torch
    import transformers as t

    common: dict[str, Any] = {
        "vocab_size": 320,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "max_position_embeddings": 256,
        "initializer_range": 0.3,  # large, so that the next token is rarely a near tie
        "bos_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": 2,
    }
    grouped = common | {"num_key_value_heads": 2}
    configs: dict[str, Callable[[], Any]] = {
        "llama": lambda: t.LlamaConfig(**grouped),
        "gemma3": lambda: t.Gemma3TextConfig(
            **grouped
            | {"num_hidden_layers": 4, "head_dim": 8, "sliding_window": 8, "query_pre_attn_scalar": 8},
            layer_types=["sliding_attention", "sliding_attention", "full_attention", "sliding_attention"],
        ),
        "qwen2": lambda: t.Qwen2Config(**grouped),
        "qwen3": lambda: t.Qwen3Config(**grouped, head_dim=8),
        "mistral": lambda: t.MistralConfig(**grouped, sliding_window=8),
        "gpt_neox": lambda: t.GPTNeoXConfig(**common),
        "gpt2": lambda: t.GPT2Config(
            vocab_size=320,
            n_embd=32,
            n_inner=64,
            n_layer=3,
            n_head=4,
            n_positions=256,
            initializer_range=0.3,
            bos_token_id=0,
            eos_token_id=1,
            pad_token_id=2,
        ),
    }
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return t.AutoModelForCausalLM.from_config(configs[kind](), dtype=torch.float32).eval()


def make_language_model(kind: str = "llama", chat: bool = True) -> LanguageModel:
    """A fresh tiny model of this kind with the tiny tokenizer."""
    return LanguageModel(make_model(kind), make_tokenizer(chat), f"tiny-{kind}", f"tiny-{kind}")


_shared = cache(make_language_model)


@pytest.fixture(params=TINY_KINDS)
def tiny_of_every_kind(request: pytest.FixtureRequest) -> LanguageModel:
    """A tiny model of each kind in turn, shared: leave it as it is."""
    return _shared(request.param)


@pytest.fixture
def tiny() -> LanguageModel:
    """A tiny Llama, shared: leave it as it is."""
    return _shared("llama")


@pytest.fixture
def own_tiny() -> LanguageModel:
    """A tiny Llama of the test's own, to change at will."""
    return make_language_model("llama")


@pytest.fixture(scope="session")
def embedded() -> LanguageModel:
    """The embedded model, loaded once in a session: leave it as it is. For tests marked `embedded`."""
    from tools.models.load import load_model

    return load_model("embedded")


@pytest.fixture(scope="session")
def team() -> "Iterator[Team]":
    """Two workers on this machine, started once in a session. Skips where Ray is not installed."""
    from importlib.util import find_spec

    if find_spec("ray") is None:
        pytest.skip("Ray is not installed")
    from tools.fanout import workers
    from tools.progress import silent

    with workers(2, silent) as made:
        yield made
