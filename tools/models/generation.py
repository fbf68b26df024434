"""Batched generation: greedy or sampled, left-padded, with a key-value cache; finished rows leave the batch.

Greedy rows are what `model.generate(do_sample=False)` gives one prompt at a time. A checkpoint's other generation
defaults (repetition penalty, top-p) are not applied: they would measure the defaults along with the model.
"""

from __future__ import annotations

import hashlib
import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tools.errors import ModelError
from tools.models.forward import are_known, context_length, forward, input_device, is_out_of_memory
from tools.models.prefill import read_prompts
from tools.models.subject import Generation
from tools.progress import Progress, Report, silent

if TYPE_CHECKING:
    import torch

MAX_ROWS = {"cpu": 32, "mps": 32, "cuda": 128}
MAX_TOKENS = {"cpu": 16_384, "mps": 32_768, "cuda": 131_072}
"""Rows times the longest length that they may reach, which bounds the key-value cache."""


@dataclass(frozen=True)
class Decoding:
    """How to continue prompts."""

    max_new_tokens: int
    end_tokens: frozenset[int]
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.max_new_tokens < 1:
            raise ValueError("max_new_tokens must be at least 1")
        if not 0.0 <= self.temperature < float("inf"):
            raise ValueError("temperature must be 0 (greedy) or a positive number")
        if not all(self.stop):
            raise ValueError("a stop string must not be empty")


@dataclass
class _Row:
    """One prompt under way."""

    index: int
    prompt: list[int]
    limit: int
    """The most tokens to write: max_new_tokens, or what the context leaves."""
    seed: int
    written: list[int] = field(default_factory=list)
    generator: torch.Generator | None = None


def generate(
    model: Any, tokenizer: Any, prompts: Sequence[Sequence[int]], decoding: Decoding, report: Report = silent
) -> Iterator[tuple[int, Generation]]:
    """Continue each prompt (token ids); (index, generation) as soon as a row is finished.

    A prompt longer than the context loses its beginning, so that max_new_tokens, but never more than half of the
    context, remain to write. Raises ModelError where memory does not suffice for a single prompt.
    """
    parameters = inspect.signature(model.forward).parameters
    if "past_key_values" not in parameters:
        raise ModelError(
            f"{type(model).__name__} keeps no key-value cache, and generation needs one.",
            "Name another model.",
        )
    rows = []
    for row in _rows(model, tokenizer, prompts, decoding):
        if are_known(model, row.prompt):
            rows.append(row)
        else:
            yield row.index, Generation("", 0, "error: the prompt has a token that the model does not know")
    device = input_device(model).type
    max_rows = MAX_ROWS.get(device, MAX_ROWS["cpu"])
    max_tokens = MAX_TOKENS.get(device, MAX_TOKENS["cpu"])
    n_refused = len(prompts) - len(rows)
    finished: set[int] = set()
    most = decoding.max_new_tokens

    def tick(written: int = 0) -> None:
        done = (n_refused + len(finished)) * most + written
        report(Progress("generating", done, len(prompts) * most, unit="tokens"))

    while rows:
        batch = _first_batch(rows, max_rows, max_tokens)
        try:
            for row, stopped_by in _write(model, tokenizer, batch, decoding, tick):
                finished.add(row.index)
                yield row.index, _generation(tokenizer, row, decoding.stop, stopped_by)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if len(batch) == 1:
                raise ModelError(
                    f"Memory does not suffice for one prompt of {len(batch[0].prompt):,} tokens.",
                    "Use a smaller model, a smaller dtype or shorter prompts.",
                ) from error
            max_rows = len(batch) // 2  # the unfinished begin again, in smaller batches
        rows = [row for row in rows if row.index not in finished]
    tick()


def _rows(model: Any, tokenizer: Any, prompts: Sequence[Sequence[int]], decoding: Decoding) -> list[_Row]:
    """Prompts as rows, longest first."""
    length = context_length(model, tokenizer)
    room = max(length - decoding.max_new_tokens, length // 2)
    occurrences: Counter[tuple[int, ...]] = Counter()
    start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    rows = []
    for index, ids in enumerate(prompts):
        # An empty prompt begins where texts begin.
        prompt = list(ids)[-room:] or [start or 0]
        occurrences[tuple(prompt)] += 1
        rows.append(
            _Row(
                index,
                prompt,
                min(decoding.max_new_tokens, length - len(prompt)),
                _row_seed(decoding.seed, prompt, occurrences[tuple(prompt)]),
            )
        )
    return sorted(rows, key=lambda row: len(row.prompt), reverse=True)


def _row_seed(seed: int, prompt: list[int], occurrence: int) -> int:
    """A seed that depends on the prompt, not on its place or company: a resumed run samples what a whole one does.

    The occurrence lets equal prompts have different samples.
    """
    return int.from_bytes(hashlib.sha256(repr((seed, prompt, occurrence)).encode()).digest()[:8], "big") >> 1


def _first_batch(rows: list[_Row], max_rows: int, max_tokens: int) -> list[_Row]:
    """The longest beginning of `rows` (sorted, longest first) within both limits, and at least one row."""
    longest = 0
    for size, row in enumerate(rows):
        longest = max(longest, len(rows[0].prompt) + row.limit)
        if size and (size == max_rows or (size + 1) * longest > max_tokens):
            return rows[:size]
    return list(rows)


def _write(
    model: Any, tokenizer: Any, rows: list[_Row], decoding: Decoding, tick: Callable[[int], None]
) -> Iterator[tuple[_Row, str]]:
    """Decode one batch; each row with the reason why it stopped, as soon as it stops.

    `tick` is called before every forward pass with the tokens that the unfinished rows have written.
    """
    import torch

    device = input_device(model)
    width = max(len(row.prompt) for row in rows)
    for row in rows:
        row.written = []
        row.generator = torch.Generator().manual_seed(row.seed)
    takes_positions = "position_ids" in inspect.signature(model.forward).parameters
    cache, logits = read_prompts(model, [row.prompt for row in rows], lambda: tick(0))
    lengths = torch.tensor([len(row.prompt) for row in rows], device=device)
    mask = (torch.arange(width, device=device) >= width - lengths[:, None]).long()
    positions = lengths[:, None] - 1
    while True:
        tokens, sound = _choose(logits, rows, decoding.temperature)
        staying = []
        for place, row in enumerate(rows):
            stopped_by = _advance(tokenizer, row, tokens[place], sound[place], decoding)
            if stopped_by is None:
                staying.append(place)
            else:
                yield row, stopped_by
        if not staying:
            return
        if len(staying) < len(rows):
            kept = torch.tensor(staying, device=device)
            cache.batch_select_indices(kept)
            mask, positions = mask[kept], positions[kept]
            rows = [rows[place] for place in staying]
        mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
        positions = positions + 1
        tick(sum(len(row.written) for row in rows))
        output = forward(
            model,
            lambda hidden: hidden[:, -1:],
            input_ids=torch.tensor([[row.written[-1]] for row in rows], device=device),
            attention_mask=mask,
            past_key_values=cache,
            use_cache=True,
            **({"position_ids": positions} if takes_positions else {}),
        )
        logits = output.logits[:, -1]


def _choose(logits: torch.Tensor, rows: list[_Row], temperature: float) -> tuple[list[int], list[bool]]:
    """The next token of each row from logits [row, vocabulary], and whether these were numbers at all."""
    import torch

    # The maximum is NaN where any entry is, and infinite where the distribution is meaningless.
    best, greedy = logits.max(dim=-1)
    sound = torch.isfinite(best)
    if temperature == 0.0:
        return greedy.tolist(), sound.tolist()
    # On the CPU and in float64, so that a seed gives the same text on every device.
    scaled = torch.where(sound[:, None], logits - best[:, None], 0.0).cpu().double() / temperature
    cumulative = scaled.exp().cumsum(dim=-1)
    draws = torch.stack([torch.rand(1, generator=row.generator, dtype=torch.float64) for row in rows])
    sampled = torch.searchsorted(cumulative, draws * cumulative[:, -1:], right=True)
    return sampled.clamp(max=logits.shape[-1] - 1).squeeze(1).tolist(), sound.tolist()


def _advance(tokenizer: Any, row: _Row, token: int, sound: bool, decoding: Decoding) -> str | None:
    """Append the token to its row; why the row stops, or None where it goes on."""
    if not sound:
        return "error: the model's logits are not numbers"
    if token in decoding.end_tokens:
        return "eos"
    row.written.append(token)
    if _reaches_stop(tokenizer, row, decoding.stop):
        return "stop"
    return "length" if len(row.written) >= row.limit else None


def _reaches_stop(tokenizer: Any, row: _Row, stop: tuple[str, ...]) -> bool:
    """Whether the newest token completes a stop string."""
    if not stop:
        return False
    # A character takes at most four tokens (bytes); some more for what decoding does at its edge.
    recent = row.written[-(4 * max(map(len, stop)) + 8) :]
    tail = tokenizer.decode(recent, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return any(string in tail for string in stop) and _first_stop(_text(tokenizer, row), stop) is not None


def _first_stop(text: str, stop: tuple[str, ...]) -> int | None:
    return min((place for string in stop if (place := text.find(string)) >= 0), default=None)


def _text(tokenizer: Any, row: _Row) -> str:
    """What was written, decoded after the prompt's last token: some tokenizers strip a text's first space."""

    def decode(ids: list[int]) -> str:
        return tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)

    return decode(row.prompt[-1:] + row.written)[len(decode(row.prompt[-1:])) :]


def _generation(tokenizer: Any, row: _Row, stop: tuple[str, ...], stopped_by: str) -> Generation:
    text = _text(tokenizer, row)
    return Generation(text[: _first_stop(text, stop)], len(row.written), stopped_by)
