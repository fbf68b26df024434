"""What Slack refuses in the blocks of a message: the limits of Block Kit, with Slack's own error names."""

import json
from collections.abc import Callable, Iterator
from typing import Any

MOST_BLOCKS = 50
MOST_CHARACTERS = 13_200
"""Of all blocks of a message together; not documented, found by others by trial (`msg_blocks_too_long`)."""

Block = dict[str, Any]


class BadBlocksError(ValueError):
    """Slack's name for the error, and what Slack says of it."""

    def __init__(self, error: str, details: str) -> None:
        super().__init__(f"{error}: {details}")
        self.error = error
        self.details = details


def check_blocks(blocks: Any) -> None:
    """Raise BadBlocksError where Slack would refuse these blocks of a message."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise BadBlocksError("invalid_blocks_format", "must be a list of objects")
    if len(blocks) > MOST_BLOCKS:
        raise BadBlocksError("invalid_blocks", f"no more than {MOST_BLOCKS} items allowed")
    if len(json.dumps(blocks, ensure_ascii=False)) > MOST_CHARACTERS:
        raise BadBlocksError("msg_blocks_too_long", "all blocks together are too long")
    for place, block in enumerate(blocks):
        try:
            _check(block)
        except _WrongError as wrong:
            raise BadBlocksError("invalid_blocks", f"{wrong} [json-pointer:/blocks/{place}]") from wrong
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(names) != len(set(names)):
        raise BadBlocksError("invalid_blocks", "block_id already exists")


def texts(part: Any) -> Iterator[dict[str, Any]]:
    """All text objects anywhere in a block."""
    if isinstance(part, dict):
        if part.get("type") in ("mrkdwn", "plain_text") and isinstance(part.get("text"), str):
            yield part
        for inner in part.values():
            yield from texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from texts(inner)


def buttons(part: Any) -> Iterator[dict[str, Any]]:
    """All buttons anywhere in a block."""
    if isinstance(part, dict):
        if part.get("type") == "button":
            yield part
        for inner in part.values():
            yield from buttons(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from buttons(inner)


class _WrongError(ValueError):
    pass


def _require(right: bool, otherwise: str) -> None:
    if not right:
        raise _WrongError(otherwise)


def _keys(part: Any, *allowed: str, required: tuple[str, ...] = ()) -> None:
    _require(isinstance(part, dict), "must be an object")
    for key in required:
        _require(key in part, f"missing required field: {key}")
    for key in part:
        _require(key in ("type", *allowed), f"invalid additional property: {key}")


def _string(value: Any, most: int, what: str, least: int = 1) -> None:
    _require(isinstance(value, str), f"{what} must be a string")
    _require(len(value) >= least, f"{what} must be more than {least - 1} characters")
    _require(len(value) <= most, f"{what} must be less than {most + 1} characters")


def _text(value: Any, most: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> None:
    _require(isinstance(value, dict) and value.get("type") in kinds, f"text must be one of {kinds}")
    _keys(value, "text", "emoji" if value["type"] == "plain_text" else "verbatim", required=("text",))
    _string(value["text"], most, "text")


def _items(value: Any, most: int, what: str) -> list[Any]:
    _require(isinstance(value, list) and len(value) > 0, f"{what} must be a list of at least 1 item")
    _require(len(value) <= most, f"no more than {most} items allowed in {what}")
    return list(value)


def _confirm(value: Any) -> None:
    _keys(value, "title", "text", "confirm", "deny", "style", required=("title", "text", "confirm", "deny"))
    _text(value["title"], 100, ("plain_text",))
    _text(value["text"], 300)
    _text(value["confirm"], 30, ("plain_text",))
    _text(value["deny"], 30, ("plain_text",))


def _option(value: Any) -> None:
    _keys(value, "text", "value", "description", "url", required=("text", "value"))
    _text(value["text"], 75)
    _string(value["value"], 150, "value")
    if "description" in value:
        _text(value["description"], 75)


def _element(element: Any) -> None:
    _require(isinstance(element, dict), "element must be an object")
    kind = element.get("type")
    if kind == "button":
        allowed = ("text", "action_id", "url", "value", "style", "confirm", "accessibility_label")
        _keys(element, *allowed, required=("text",))
        _text(element["text"], 75, ("plain_text",))
        _string(element.get("value", "-"), 2000, "value", least=0)
        _string(element.get("url", "-"), 3000, "url")
        _require(element.get("style", "primary") in ("primary", "danger"), "style is unknown")
        _string(element.get("accessibility_label", "-"), 75, "accessibility_label")
    elif kind in ("static_select", "overflow"):
        _keys(
            element, "options", "action_id", "placeholder", "initial_option", "confirm", required=("options",)
        )
        for option in _items(element["options"], 5 if kind == "overflow" else 100, "options"):
            _option(option)
        if "placeholder" in element:
            _text(element["placeholder"], 150, ("plain_text",))
    else:
        raise _WrongError(f"unsupported element type: {kind}")
    _string(element.get("action_id", "-"), 255, "action_id")
    if "confirm" in element:
        _confirm(element["confirm"])


def _section(block: Block) -> None:
    _keys(block, "text", "fields", "accessory", "block_id", "expand")
    _require("text" in block or "fields" in block, "missing required field: text")
    if "text" in block:
        _text(block["text"], 3000)
    if "fields" in block:
        for each in _items(block["fields"], 10, "fields"):
            _text(each, 2000)
    if "accessory" in block:
        accessory = block["accessory"]
        if isinstance(accessory, dict) and accessory.get("type") == "image":
            _image(accessory)
        else:
            _element(accessory)


def _actions(block: Block) -> None:
    _keys(block, "elements", "block_id", required=("elements",))
    elements = _items(block["elements"], 25, "elements")
    for element in elements:
        _element(element)
    names = [element["action_id"] for element in elements if "action_id" in element]
    _require(len(names) == len(set(names)), "`action_id` already exists for another element")


def _context(block: Block) -> None:
    _keys(block, "elements", "block_id", required=("elements",))
    for element in _items(block["elements"], 10, "elements"):
        if isinstance(element, dict) and element.get("type") == "image":
            _image(element)
        else:
            _text(element, 3000)


def _header(block: Block) -> None:
    _keys(block, "text", "block_id", required=("text",))
    _text(block["text"], 150, ("plain_text",))


def _image(block: Block) -> None:
    _keys(block, "image_url", "slack_file", "alt_text", "title", "block_id", required=("alt_text",))
    _require(("image_url" in block) != ("slack_file" in block), "either image_url or slack_file")
    _string(block["alt_text"], 2000, "alt_text")
    _string(block.get("image_url", "-"), 3000, "image_url")
    if "title" in block:
        _text(block["title"], 2000, ("plain_text",))


def _divider(block: Block) -> None:
    _keys(block, "block_id")


def _markdown(block: Block) -> None:
    _keys(block, "text", "block_id", required=("text",))
    _string(block["text"], 12_000, "text")


def _rich_text(block: Block) -> None:
    _keys(block, "elements", "block_id", required=("elements",))
    for element in block["elements"]:
        kinds = ("rich_text_section", "rich_text_preformatted", "rich_text_list", "rich_text_quote")
        _require(isinstance(element, dict) and element.get("type") in kinds, "unsupported rich text element")


_CHECKS: dict[str, Callable[[Block], None]] = {
    "section": _section,
    "actions": _actions,
    "context": _context,
    "header": _header,
    "image": _image,
    "divider": _divider,
    "markdown": _markdown,
    "rich_text": _rich_text,
}


def _check(block: Block) -> None:
    kind = block.get("type")
    _require(kind in _CHECKS, f"unsupported type: {kind}")
    _string(block.get("block_id", "-"), 255, "block_id")
    _CHECKS[str(kind)](block)
