"""What is saved: immutable records whose numbers are finite and whose text every file can hold."""

import math
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from tools.results import Result


class Saved(Result):
    """Base of cards and contexts: unknown fields and numbers that are not finite are refused."""

    model_config = ConfigDict(allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _writable_text(cls, given: object) -> object:
        """Halves of surrogate pairs (broken bytes in file names and model output) become visible escapes."""
        return writable(given)


def writable(value: object) -> object:
    """The same strings, lists and dicts, in text that can be encoded."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, (list, tuple)):
        return type(value)([writable(item) for item in value])
    if isinstance(value, dict):
        return {writable(key): writable(item) for key, item in value.items()}
    return value


def _finite(value: object) -> object:
    """JSON has no NaN: in free-form details it is told as text, so that one odd number does not lose a card."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return value


Details = Annotated[dict[str, JsonValue], BeforeValidator(_finite)]
"""Free-form JSON beside a result."""

Points = Annotated[float, Field(ge=0.0, le=100.0)]
"""A score on the scale that is shown, 0 to 100."""
