"""Slow, simple and always right: what the fast paths are held against, in tests for exactness and in `make bench`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tools.models.chat import end_tokens
from tools.models.language_model import LanguageModel
from tools.models.residual import captured_residuals, changed_residual

if TYPE_CHECKING:
    import torch


def log_probs_by_full_pass(
    model: LanguageModel, context: Sequence[int], continuation: Sequence[int]
) -> list[float]:
    """Log-probabilities of a continuation's tokens by one pass of its own with all logits."""
    import torch

    with torch.no_grad():
        table = model.model(torch.tensor([[*context, *continuation]])).logits[0].float().log_softmax(-1)
    start = len(context)
    return [table[start + place - 1, token].item() for place, token in enumerate(continuation)]


def generate_one_at_a_time(
    model: LanguageModel, prompts: Sequence[str], max_new_tokens: int, *, chat: bool
) -> list[str]:
    """What transformers' own greedy search writes after each prompt."""
    import torch

    written = []
    for prompt in prompts:
        if chat:
            messages = [{"role": "user", "content": prompt}]
            prompt = model.tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        ids = model.tokenizer(prompt, add_special_tokens=not chat, return_tensors="pt")["input_ids"]
        output = model.model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=max_new_tokens,
            eos_token_id=sorted(end_tokens(model.model, model.tokenizer)),
        )
        written.append(model.tokenizer.decode(output[0, ids.shape[1] :], skip_special_tokens=True))
    return written


@dataclass(frozen=True)
class FullPasses:
    """A text, in which a stream is changed at one place by a full pass of the model for each change."""

    model: LanguageModel
    ids: torch.Tensor
    """int64 [T]."""
    layer: int
    """After which the stream is changed."""

    @cached_property
    def unchanged(self) -> torch.Tensor:
        """Log-probabilities [T, vocabulary] of the text as it is."""
        import torch

        with torch.no_grad():
            return self.model.model(self.ids[None]).logits[0].float().log_softmax(-1)

    @cached_property
    def stream(self) -> torch.Tensor:
        """The residual stream after the layer, [T, width]."""
        import torch

        with torch.no_grad(), captured_residuals(self.model.model, [self.layer]) as read:
            self.model.model(self.ids[None])
        return read[self.layer][0].float()

    def divergence(self, position: int, vector: torch.Tensor) -> tuple[float, float]:
        """KL in nats at the position where `vector` stands there instead, and the entropy without."""
        import torch

        def change(stream: torch.Tensor) -> torch.Tensor:
            changed = stream.clone()
            changed[0, position] = vector
            return changed

        with torch.no_grad(), changed_residual(self.model.model, self.layer, change):
            log_q = self.model.model(self.ids[None]).logits[0].float().log_softmax(-1)[position]
        log_p = self.unchanged[position]
        return float((log_p.exp() * (log_p - log_q)).sum()), float(-(log_p.exp() * log_p).sum())


class Hflm:
    """lm-eval's `HFLM` on the same model in memory."""

    def __init__(self, model: LanguageModel, batch_size: int) -> None:
        from lm_eval.models.huggingface import HFLM

        self._model: Any = HFLM(pretrained=model.model, tokenizer=model.tokenizer, batch_size=batch_size)

    def log_probs(self, requests: Sequence[tuple[str, str]]) -> list[float]:
        """The joint log-probability of each (prompt, continuation)."""
        return [
            total for total, _ in self._model.loglikelihood(self._instances("loglikelihood", requests), True)
        ]

    def generate(self, prompts: Sequence[str], max_new_tokens: int, stop: Sequence[str]) -> list[str]:
        """What is written greedily after each prompt."""
        settings = {"until": list(stop), "max_gen_toks": max_new_tokens, "do_sample": False}
        instances = self._instances("generate_until", [(prompt, settings) for prompt in prompts])
        return list(self._model.generate_until(instances, True))

    def _instances(self, kind: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        from lm_eval.api.instance import Instance

        return [Instance(kind, {}, each, index) for index, each in enumerate(arguments)]  # type: ignore[arg-type]
