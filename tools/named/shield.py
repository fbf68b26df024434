"""Leaves everything as it was found: lm-eval and what it calls write to global state and to the model."""

import copy
import logging
import os
import random
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tools.models.forward import evaluating
from tools.models.quiet import quiet_transformers

SILENCED = ("lm_eval", "datasets", "evaluate", "absl", "rouge_score")
"""Loggers that report to the terminal, which belongs to the conversation."""


@contextmanager
def shielded(model: Any) -> Iterator[None]:
    """Restores, whatever happens inside: training flags and generation config of `model`, the random states of
    Python, NumPy and torch (all devices), environment variables, log levels and handlers, warnings, progress bars.

    Inside, nothing is written to the terminal. The tokenizer is not covered: give lm-eval a copy.
    """
    with ExitStack() as stack:
        for each in (
            evaluating(model),
            _generation_config(model),
            _random_states(),
            _environment(),
            quiet_transformers(),
            _quiet_logging(),
            warnings.catch_warnings(),
            _no_bars(),
        ):
            stack.enter_context(each)
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _generation_config(model: Any) -> Iterator[None]:
    there = hasattr(model, "generation_config")
    former = getattr(model, "generation_config", None)
    kept = copy.deepcopy(former.__dict__) if former is not None else None
    try:
        yield
    finally:
        if there:
            model.generation_config = former
        if former is not None and kept is not None:
            former.__dict__.clear()
            former.__dict__.update(kept)


@contextmanager
def _random_states() -> Iterator[None]:
    import numpy as np
    import torch

    python, numpy = random.getstate(), np.random.get_state()
    cuda = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=cuda):
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)


@contextmanager
def _environment() -> Iterator[None]:
    former = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - former.keys():
            del os.environ[name]
        for name, value in former.items():
            if os.environ.get(name) != value:
                os.environ[name] = value


@contextmanager
def _quiet_logging() -> Iterator[None]:
    loggers = [logging.getLogger(), *map(logging.getLogger, SILENCED)]
    former = [(each.level, list(each.handlers), each.propagate, each.disabled) for each in loggers]
    for each in loggers[1:]:
        each.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for each, (level, handlers, propagate, disabled) in zip(loggers, former, strict=True):
            each.setLevel(level)
            each.handlers[:] = handlers
            each.propagate, each.disabled = propagate, disabled


@contextmanager
def _no_bars() -> Iterator[None]:
    """Progress bars (tqdm) stay silent: each task and request type would draw its own."""
    import datasets
    from tqdm import tqdm  # type: ignore[import-untyped]

    bars = not datasets.are_progress_bars_disabled()
    former, begin = vars(tqdm)["__init__"], tqdm.__init__  # a descriptor, and what it gives

    def disabled(self: Any, *arguments: Any, **options: Any) -> None:
        begin(self, *arguments, **{**options, "disable": True})

    tqdm.__init__ = disabled
    datasets.disable_progress_bars()
    try:
        yield
    finally:
        tqdm.__init__ = former
        if bars:
            datasets.enable_progress_bars()
