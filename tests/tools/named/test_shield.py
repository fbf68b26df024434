"""The shield: whatever happens inside, everything is as it was before."""

import contextlib
import logging
import os
import random
import sys
from typing import Any

import numpy as np
import pytest
import torch

from tests.conftest import make_language_model
from tools.models.language_model import LanguageModel
from tools.named.shield import shielded


def state(model: LanguageModel) -> dict[str, Any]:
    import datasets
    from tqdm import tqdm
    from transformers.utils import logging as transformers_logging

    root, harness = logging.getLogger(), logging.getLogger("lm_eval")
    return {
        "training": [module.training for module in model.model.modules()],
        "weights": model.weights_hash,
        "generation": model.model.generation_config.to_dict(),
        "generation object": id(model.model.generation_config),
        "tokenizer": {
            name: getattr(model.tokenizer, name)
            for name in ("pad_token", "pad_token_id", "padding_side", "truncation_side", "chat_template")
        },
        "python": random.getstate(),
        "numpy": repr(np.random.get_state()),
        "torch": torch.get_rng_state().tolist(),
        "environment": dict(os.environ),
        "loggers": [(each.level, list(each.handlers), each.propagate) for each in (root, harness)],
        "transformers": transformers_logging.get_verbosity(),
        "tqdm": vars(tqdm)["__init__"],
        "bars": datasets.are_progress_bars_disabled(),
        "streams": (sys.stdout, sys.stderr),
        "hooks": [len(module._forward_pre_hooks) for module in model.model.modules()],
    }


def disturb(model: LanguageModel) -> None:
    model.model.eval()
    model.model.generation_config.temperature = 0.123
    model.model.generation_config = type(model.model.generation_config)(max_length=3)
    random.seed(1)
    np.random.seed(1)
    torch.manual_seed(1)
    os.environ["TOKENIZERS_PARALLELISM"] = "changed"
    os.environ["SOMETHING_NEW"] = "1"
    os.environ.pop("HOME", None)
    logging.getLogger().addHandler(logging.NullHandler())
    logging.getLogger("lm_eval").setLevel(logging.DEBUG)


@pytest.mark.parametrize("fails", [False, True])
def test_everything_is_as_before_also_after_an_exception(fails: bool) -> None:
    model = make_language_model()
    model.model.train()
    model.model.get_input_embeddings().eval()  # not all the same
    before = state(model)

    with contextlib.suppress(ZeroDivisionError), shielded(model.model):
        disturb(model)
        if fails:
            raise ZeroDivisionError

    assert state(model) == before


def test_nothing_reaches_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    from tqdm import tqdm

    with shielded(make_language_model().model):
        logging.getLogger("lm_eval.evaluator").error("an error of the harness")
        list(tqdm(range(3)))

    assert capfd.readouterr() == ("", "")
