"""Settings and a request for edits of tiny models."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TRAINING_TEXT
from tools.editing.edit import EditSettings
from tools.editing.request import EditRequest

WORDS = " ".join(TRAINING_TEXT).split()
TEXTS = tuple(" ".join(WORDS[start:] + WORDS[:start]) for start in range(len(WORDS)))
"""Every rotation of the words: enough tokens for the covariance of a tiny model."""
REQUEST = EditRequest(subject="the lazy dog", prompt="and the capital of {}", target="the")
"""The subject is the last token and the target a single one: random models carry nothing from token to token."""


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., EditSettings]:
    """Settings for tiny models, with anything else given by name."""

    def make(**changes: Any) -> EditSettings:
        defaults = {
            "texts": lambda: TEXTS,
            "corpus_id": "rotations",
            "essence": "{} is a",
            "layer": 1,
            "n_contexts": 4,
            "n_value_contexts": 2,
            # What random weights of this size need; the defaults are for trained models.
            "v_lr": 2.0,
            "v_steps": 40,
            "weight_decay": 0.0,
            "clamp": 20.0,
            "folder": tmp_path,
        }
        return EditSettings(**defaults | changes)

    return make
