"""A loaded causal language model as the subject of measurements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tools.models.chat import encode_prompts, end_tokens
from tools.models.generation import Decoding, generate
from tools.models.log_probs import score_continuations
from tools.models.subject import ContinuationScore, Generation
from tools.models.weights import WeightsHash
from tools.progress import Report, silent

if TYPE_CHECKING:
    import torch


@dataclass(eq=False)
class LanguageModel:
    """A model with its tokenizer and where it came from; implements `tools.models.subject.Subject`.

    Measuring leaves it as it was: training flags, random state, pad token, hooks, gradients and dtype.
    """

    model: Any = field(repr=False)
    """A transformers causal language model."""
    tokenizer: Any = field(repr=False)
    name: str
    """What to call it, e.g. `SmolLM2-135M-Instruct`."""
    source: str
    """What was asked for: `embedded`, a hub id, or a path."""
    revision: str | None = None
    """The hub commit that was loaded, where it came from the hub."""
    _hash: WeightsHash = field(default_factory=WeightsHash, init=False, repr=False)

    @property
    def dtype(self) -> torch.dtype:
        """The parameters' dtype."""
        return self.model.dtype

    @property
    def device(self) -> torch.device:
        """Where the input embeddings are."""
        return self.model.get_input_embeddings().weight.device

    @property
    def has_chat_template(self) -> bool:
        """Whether prompts of generating methods are wrapped in a chat template."""
        return self.tokenizer.chat_template is not None

    @property
    def weights_hash(self) -> str:
        """SHA-256 of the weights; computed again after changes that torch notices (see `weights_changed`)."""
        return self._hash.of(self.model)

    def weights_changed(self) -> None:
        """Forget the hash. Needed only after writing through `parameter.data`, which torch does not notice."""
        self._hash = WeightsHash()

    def log_probs(
        self, requests: Sequence[tuple[str, str]], *, report: Report = silent
    ) -> Iterator[tuple[int, ContinuationScore]]:
        """Score (prompt, continuation) pairs as raw text. The continuation includes its leading space, if any.

        Raises ValueError, at the call, for an empty continuation.
        """
        return score_continuations(self.model, self.tokenizer, requests, report)

    def generate(
        self,
        prompts: Sequence[str],
        *,
        max_new_tokens: int,
        stop: Sequence[str] = (),
        temperature: float = 0.0,
        seed: int = 0,
        chat: bool = True,
        report: Report = silent,
    ) -> Iterator[tuple[int, Generation]]:
        """Continue each prompt: greedily at temperature 0, else sampled with a generator for each prompt.

        Raises ValueError, at the call, for an empty stop string, a negative temperature or no tokens to write.
        """
        decoding = Decoding(
            max_new_tokens, end_tokens(self.model, self.tokenizer), tuple(stop), temperature, seed
        )
        return generate(
            self.model, self.tokenizer, encode_prompts(self.tokenizer, prompts, chat), decoding, report
        )
