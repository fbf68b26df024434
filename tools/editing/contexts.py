"""The token sequences that an edit is computed on: the bare prompt, and the prompt after pieces of other text."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.editing.edit import EditError, EditSettings
from tools.editing.request import PLACE, EditRequest
from tools.models.forward import are_known, context_length, encodable

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel

MOST_WORDS = 8
"""In a prefix, which is the beginning of a text."""
SHORTEST_TEXT = 3
"""Words of a text that may be cut."""
ENDS = (".", "", ",", "")
"""How prefixes end, in turn: a subject stands after a sentence, in the middle of one, or after its first clause. With
full stops alone, the update reached subjects within a sentence less, and the target was 0.04 less probable after
paraphrases of 12 facts."""
ANCHOR = "x"
BARE_SHARE = 0.5
"""What the bare prompt counts beside all prefixes together, in the key and in the value's loss. Its key is often far
from the others (nothing stands before it), and as one of many it would be given up for them: with an even mean the
update reaches it by 0.2 to 0.5 of the change for some subjects, with this by 0.7 to 1.2, and the prefixes no less."""


@dataclass(frozen=True)
class TokenRow:
    """What the model reads, and where in it the subject ends."""

    ids: tuple[int, ...]
    subject_last: int
    """Index of the subject's last token."""
    targets: tuple[int, ...] = ()
    """Token ids that should follow `ids`; all but the last of them are read too (teacher forcing)."""

    @property
    def inputs(self) -> tuple[int, ...]:
        """What is read: the prompt and the targets without the last."""
        return self.ids + self.targets[:-1]


def check_request(request: EditRequest) -> None:
    """Raise EditError for a target without text, or a subject without any."""
    if not request.target.strip():
        raise EditError("The new target is empty.", "Say what the fact should read, e.g. `-> Berlin`.")
    if not request.subject.strip():
        raise EditError("The subject is empty.", "Say whom or what the fact is about.")


def request_of(subject: str, prompt: str, target: str, true_target: str | None = None) -> EditRequest:
    """The request for a prompt that has the subject written out in it.

    Raises EditError where the subject is not in the prompt, and for an empty target.
    """
    if not subject.strip() or subject not in prompt:
        raise EditError(
            f"The subject {subject!r} is not in the prompt {prompt!r}.",
            "Write it as it stands in the prompt.",
        )
    if not target.strip():
        raise EditError("The new target is empty.", "Say what the fact should read, e.g. `-> Berlin`.")
    before, _, after = prompt.partition(subject)
    return EditRequest(
        subject=subject, prompt=f"{before}{PLACE}{after}", target=target.strip(), true_target=true_target
    )


def target_rows(model: LanguageModel, request: EditRequest, prefixes: Sequence[str]) -> list[TokenRow]:
    """The bare prompt first, then the prompt after each prefix, each continued by the target."""
    targets = target_tokens(model, request.target)
    return [prompt_row(model, prefix, request.prompt, request.subject, targets) for prefix in ("", *prefixes)]


def prompt_row(
    model: LanguageModel, prefix: str, prompt: str, subject: str, targets: tuple[int, ...] = ()
) -> TokenRow:
    """A prompt with its subject after a prefix, encoded as one text; the subject found by character offsets."""
    if not model.tokenizer.is_fast:
        raise EditError(
            f"The tokenizer of {model.name} does not say where its tokens stand in the text.",
            "Load the model with its fast tokenizer.",
        )
    before, after = (encodable(part) for part in prompt.rstrip().split(PLACE))
    subject = encodable(subject)
    before = f"{encodable(prefix).rstrip()} {before}" if prefix else before
    encoded = model.tokenizer((before + subject + after).rstrip(), return_offsets_mapping=True, verbose=False)
    last = len(before) + len(subject.rstrip()) - 1
    holding = [index for index, (start, end) in enumerate(encoded["offset_mapping"]) if start <= last < end]
    ids = tuple(encoded["input_ids"])
    if not holding:
        raise EditError(
            f"The tokenizer of {model.name} makes no token of the subject {subject!r}.",
            "Name another subject.",
        )
    _check_fits(model, ids + targets)
    return TokenRow(ids, holding[-1], targets)


def target_tokens(model: LanguageModel, target: str) -> tuple[int, ...]:
    """Token ids of a target as it follows a word: with one leading space where the tokenizer wants one.

    Encoded after a fixed word and cut off there, because some tokenizers put the space in by themselves at the
    beginning of a text. They are then appended to a prompt's ids; joined text is never encoded again.
    """

    def encode(text: str) -> list[int]:
        return model.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]

    spaced = f" {encodable(target).strip()}"
    anchor, whole = encode(ANCHOR), encode(ANCHOR + spaced)
    ids = whole[len(anchor) :] if whole[: len(anchor)] == anchor else encode(spaced)
    if not ids:
        raise EditError(f"The tokenizer makes no token of the target {target!r}.", "Name another target.")
    return tuple(ids)


def choose_prefixes(settings: EditSettings) -> tuple[str, ...]:
    """The texts that stand before the prompt: those of the settings, else short pieces of its text, seeded."""
    if settings.contexts:
        return settings.contexts[: settings.n_contexts]
    return cut_prefixes(settings.texts(), settings.n_contexts, settings.seed)


def context_shares(n: int) -> torch.Tensor:
    """What each of n contexts counts, the bare prompt first; they sum to 1."""
    import torch

    if n == 1:
        return torch.ones(1)
    return torch.tensor([BARE_SHARE] + [(1 - BARE_SHARE) / (n - 1)] * (n - 1))


def cut_prefixes(texts: Iterable[str], n: int, seed: int) -> tuple[str, ...]:
    """n beginnings of texts, of 1 to 8 words, with ENDS in turn; fewer where there are not enough."""
    pool = sorted({text for text in texts if len(text.split()) >= SHORTEST_TEXT})
    generator = random.Random(seed)
    pieces = []
    for number, text in enumerate(generator.sample(pool, min(n, len(pool)))):
        words = text.split()[: generator.randint(1, MOST_WORDS)]
        pieces.append(" ".join(words).rstrip(" .,;:!?") + ENDS[number % len(ENDS)])
    return tuple(pieces)


def _check_fits(model: LanguageModel, ids: Sequence[int]) -> None:
    if not are_known(model.model, ids):
        raise EditError(
            f"The edit has a token that {model.name} has no embedding for.",
            "Load the model with its tokenizer.",
        )
    if len(ids) > context_length(model.model, model.tokenizer):
        raise EditError(f"The prompt is longer than the context of {model.name}.", "Use a shorter prompt.")
