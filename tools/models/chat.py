"""Prompts as token ids, in the model's chat template where asked for, and the tokens that end an answer."""

from collections.abc import Sequence
from typing import Any

from tools.errors import ModelError
from tools.models.forward import encodable


def encode_prompts(tokenizer: Any, prompts: Sequence[str], chat: bool) -> list[list[int]]:
    """Token ids of each prompt, as a user message where `chat` is set and the tokenizer has a chat template.

    A template writes its own special tokens, so the tokenizer adds none to it. Control tokens inside a prompt
    (`<|im_end|>`) stay text in a chat, so that a prompt cannot end its own message; without a chat they are
    parsed, as by any plain call of the tokenizer.
    """
    texts = [encodable(prompt) for prompt in prompts]
    if chat and tokenizer.chat_template is not None:
        return [_encode_message(tokenizer, text) for text in texts]
    return tokenizer(texts, verbose=False)["input_ids"] if texts else []


def end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    """Ids that end a generation: EOS by generation config, config and tokenizer, and the chat template's end."""
    ids: set[int] = set()
    generation_config = getattr(model, "generation_config", None)
    for source in (generation_config, model.config, tokenizer):
        end = getattr(source, "eos_token_id", None)
        ids.update([end] if isinstance(end, int) else end or [])
    if tokenizer.chat_template is not None:
        ids.update(_end_of_message(tokenizer))
    return frozenset(ids)


def _encode_message(tokenizer: Any, text: str) -> list[int]:
    def encode(part: str, **options: Any) -> list[int]:
        return tokenizer(part, add_special_tokens=False, verbose=False, **options)["input_ids"]

    rendered = _render(tokenizer, [{"role": "user", "content": text}], add_generation_prompt=True)
    if not _spells_control_token(tokenizer, text):
        return encode(rendered)
    # Templates may strip the message, hence the search for what must remain of it.
    before, found, after = rendered.rpartition(text.strip())
    if not found:  # the template rewrites messages, and where this one went is unknown
        return encode(rendered)
    return encode(before) + encode(found, split_special_tokens=True) + encode(after)


def _spells_control_token(tokenizer: Any, text: str) -> bool:
    """Whether the text spells out a special token."""
    special = [token.content for token in tokenizer.added_tokens_decoder.values() if token.special]
    return any(token in text for token in [*special, *tokenizer.all_special_tokens])


def _end_of_message(tokenizer: Any) -> list[int]:
    """The special token that the chat template writes after an answer, if it writes one."""
    answer = "answer"
    messages = [{"role": "user", "content": "question"}, {"role": "assistant", "content": answer}]
    try:
        rendered = _render(tokenizer, messages, add_generation_prompt=False)
    except ModelError:  # a template may refuse to render answers; then it names no end
        return []
    tail = tokenizer(rendered.rpartition(answer)[2].lstrip(), add_special_tokens=False)["input_ids"]
    return [token for token in tail[:1] if token in tokenizer.all_special_ids]


def _render(tokenizer: Any, messages: list[dict[str, str]], add_generation_prompt: bool) -> str:
    from jinja2 import TemplateError

    try:
        return tokenizer.apply_chat_template(
            messages, add_generation_prompt=add_generation_prompt, tokenize=False
        )
    except TemplateError as error:
        raise ModelError(
            f"The model's chat template cannot be filled in ({error}).",
            "Check chat_template.jinja in its folder.",
        ) from error
