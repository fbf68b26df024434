"""Versions of what a score depends on, as a card records them."""

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "benchwright",
    "torch",
    "transformers",
    "tokenizers",
    "gguf",
    "numpy",
    "scipy",
    "rouge-score",
    "math-verify",
    "reasoning-gym",
    "pydantic-monty",
    "sentence-transformers",
    "sae-lens",
    "datasets",
)


@cache
def _installed() -> tuple[tuple[str, str], ...]:
    found = [("python", platform.python_version())]
    for package in PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:  # an optional one
            continue
    return tuple(found)


def versions() -> dict[str, str]:
    """Versions by package name, `python` first, without those that are not installed. Imports none of them."""
    return dict(_installed())
