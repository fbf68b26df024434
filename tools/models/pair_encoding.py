"""Token ids of prompts and their continuations, as lm-eval 0.4.13's `HFLM.loglikelihood` encodes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tools.models.forward import encodable


def encode_pairs(tokenizer: Any, requests: Sequence[tuple[str, str]]) -> list[tuple[list[int], list[int]]]:
    """Token ids of each (prompt, continuation) pair, apart; the whole string is encoded and then split.

    Spaces at the prompt's end go to the continuation, which is where tokenizers want them. Special tokens are
    added as the tokenizer does by default, but not before a prompt that begins with BOS as text. An empty prompt
    becomes BOS, else EOS. Where prompt and continuation melt into one token, they are encoded apart.
    """
    prefix = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    prefix_text = tokenizer.decode(prefix) if prefix is not None else None
    pairs = []
    for prompt, continuation in requests:
        prompt, continuation = encodable(prompt), encodable(continuation)
        spaces = len(prompt) - len(prompt.rstrip())
        if prompt and spaces:
            prompt, continuation = prompt[:-spaces], prompt[-spaces:] + continuation
        pairs.append((prompt, continuation))

    def encode(texts: list[str], special: bool) -> list[list[int]]:
        return tokenizer(texts, add_special_tokens=special, verbose=False)["input_ids"] if texts else []

    encoded: list[tuple[list[int], list[int]]] = [([], [])] * len(pairs)
    groups: dict[bool, list[int]] = defaultdict(list)
    for index, (prompt, continuation) in enumerate(pairs):
        if prompt:
            groups[not (prefix_text and prompt.startswith(prefix_text))].append(index)
            continue
        (alone,) = encode([continuation], special=False)
        if prefix is None or alone[:1] == [prefix]:
            encoded[index] = alone[:1], alone[1:]
        else:
            encoded[index] = [prefix], alone
    for special, indices in groups.items():
        wholes = encode([pairs[i][0] + pairs[i][1] for i in indices], special)
        contexts = encode([pairs[i][0] for i in indices], special)
        for index, whole, context in zip(indices, wholes, contexts, strict=True):
            continuation_ids = whole[len(context) :] or encode([pairs[index][1]], special=False)[0]
            # A prompt of which no token remains is an empty one.
            encoded[index] = context or ([] if prefix is None else [prefix]), continuation_ids
    return encoded
