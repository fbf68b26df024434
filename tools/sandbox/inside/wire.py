"""Plain data between two processes that do not trust each other: JSON frames, builtin types only.

Values cross by copy, never by reference and never pickled: what arrives is built here, of exact builtin
types, so an object whose `__eq__` says yes to everything arrives as an `Opaque`, which equals nothing.
"""

import json
import os

JSON_SAFE_INTEGER = 2**53


class Opaque:
    """Stands for a value that is not plain data; equal to nothing, and neither true nor false."""

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def __repr__(self) -> str:
        return f"<a {self.type_name}, not plain data>"

    def __bool__(self) -> bool:
        raise TypeError(f"a {self.type_name} is not plain data")


def encode(value: object) -> object:
    """A value as JSON: subclasses of builtin types as their builtin type, anything else as its type's name.

    Raises RecursionError for a value that contains itself.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value) if -JSON_SAFE_INTEGER < value < JSON_SAFE_INTEGER else {"int": hex(int(value))}
    if isinstance(value, float):
        return float(value)
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, bytes | bytearray):
        return {"bytes" if isinstance(value, bytes) else "bytearray": bytes(value).hex()}
    if isinstance(value, tuple | set | frozenset):
        kind = "tuple" if isinstance(value, tuple) else "set" if isinstance(value, set) else "frozenset"
        return {kind: [encode(item) for item in value]}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, range):
        return {"range": [encode(part) for part in (value.start, value.stop, value.step)]}
    return {"opaque": type(value).__name__[:80]}


def decode(data):  # type: ignore[no-untyped-def] # JSON in, anything out; importing Any costs 5 ms a run
    """The value behind `encode`d JSON, of exact builtin types. Raises ValueError or TypeError for other JSON."""
    if data is None or isinstance(data, bool | str | int | float):
        return data
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict) or len(data) != 1:
        raise ValueError("not an encoded value")
    ((kind, content),) = data.items()
    if kind == "opaque":
        return Opaque(str(content))
    if kind == "int":
        return int(content, 16)
    if kind == "dict":
        return {decode(key): decode(item) for key, item in content}
    if kind in ("bytes", "bytearray"):
        raw = bytes.fromhex(content)
        return raw if kind == "bytes" else bytearray(raw)
    builders = {"tuple": tuple, "set": set, "frozenset": frozenset}
    if kind in builders:
        return builders[kind](decode(item) for item in content)
    if kind in ("complex", "range"):
        return {"complex": complex, "range": range}[kind](*(decode(part) for part in content))
    raise ValueError(f"no such kind of value: {kind!r}")


def is_plain(value: object) -> bool:
    """Whether a value crosses unchanged in its builtin type (nothing in it is opaque)."""
    return '{"opaque": ' not in json.dumps(encode(value))


def told(value: object) -> str:
    """A value in a few words, for a reason."""
    try:
        return f"{value!r:.120}"
    except ValueError:  # an integer with more digits than Python writes out
        return f"a {type(value).__name__} too long to write out"


def send(descriptor: int, message: dict[str, object]) -> None:
    """Write one frame: four bytes of length, then JSON."""
    body = json.dumps(message).encode()
    frame = len(body).to_bytes(4, "big") + body
    while frame:
        frame = frame[os.write(descriptor, frame) :]


def receive(descriptor: int, max_bytes: int) -> dict[str, object]:
    """Read one frame. Raises EOFError at the end, ValueError where it is too long or no JSON object."""
    length = int.from_bytes(_read(descriptor, 4), "big")
    if length > max_bytes:
        raise ValueError(f"a value of {length:,} bytes")
    message = json.loads(_read(descriptor, length))
    if not isinstance(message, dict):
        raise ValueError("not a message")
    return message


def _read(descriptor: int, count: int) -> bytes:
    """Exactly `count` bytes. Raises EOFError where fewer come."""
    parts = b""
    while len(parts) < count:
        part = os.read(descriptor, count - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts
