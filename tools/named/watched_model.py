"""lm-eval's wrapper around the model object in memory, which says how far it is and can be stopped in mid-pass."""

import copy
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lm_eval.models.huggingface import HFLM

from tools.models.forward import context_length
from tools.models.language_model import LanguageModel
from tools.progress import Progress, Report

ROWS = {"cpu": (1, 4)}
"""Rows at once by device: for log-probabilities, whose logits fill the memory, and for generation."""
ROWS_ELSEWHERE = (8, 16)
REPORT_EVERY_S = 0.2


class WatchedModel(HFLM):
    """An `HFLM` on a loaded model and a copy of its tokenizer; nothing is loaded a second time."""

    def __init__(self, model: LanguageModel, report: Report) -> None:
        self._ranked_rows, self.written_rows = ROWS.get(model.device.type, ROWS_ELSEWHERE)
        super().__init__(
            pretrained=model.model,
            tokenizer=copy.deepcopy(model.tokenizer),
            backend="causal",
            max_length=context_length(model.model, model.tokenizer),
            batch_size=self._ranked_rows,
        )
        self._report = report
        self._reported_at = 0.0
        self.task, self.done, self.total = "", 0, 0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Inside, every module's turn (a projection, a norm) is an occasion to report, and to be stopped."""
        hooks = [
            module.register_forward_pre_hook(self._tick)
            for module in self.model.modules()
            if not any(True for _ in module.children())
        ]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _tick(self, module: Any, arguments: Any) -> None:
        if time.monotonic() - self._reported_at > REPORT_EVERY_S:
            self._report(Progress(self.task, self.done, self.total or None, unit="questions"))
            self._reported_at = time.monotonic()

    def _loglikelihood_tokens(self, requests: Any, disable_tqdm: bool = True, override_bs: Any = None) -> Any:
        self.batch_size_per_gpu = self._ranked_rows
        return super()._loglikelihood_tokens(requests, True, override_bs)

    def generate_until(self, requests: Any, disable_tqdm: bool = True) -> list[str]:
        """Write in larger batches than log-probabilities are computed in."""
        self.batch_size_per_gpu = self.written_rows
        return super().generate_until(requests, True)
