"""The folder is the registry: every module of a package is one capability, scoring method, score or benchmark."""

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from tools.errors import UserError


@dataclass(frozen=True)
class Entry:
    """One registered module: its name, the first line of its docstring, and the module itself."""

    name: str
    summary: str
    module: ModuleType


@cache
def names(package: str) -> tuple[str, ...]:
    """Names of the modules in `package` (dotted name), sorted; nothing is imported but the package itself.

    Names that begin with an underscore are the package's own business and not entries.
    """
    path = importlib.import_module(package).__path__
    return tuple(sorted(m.name for m in pkgutil.iter_modules(path) if not m.name.startswith("_")))


def load(package: str, name: str, contract: Iterable[str]) -> Entry:
    """The entry called `name`, checked to have a docstring and every attribute that `contract` lists.

    Raises UserError for an unknown name, TypeError where the module breaks the contract.
    """
    if name not in names(package):
        kind = package.rsplit(".", 1)[-1].replace("_", " ")
        raise UserError(
            f"There is no {name!r} among the {kind}.", f"Choose one of: {', '.join(names(package))}."
        )
    module = importlib.import_module(f"{package}.{name}")
    missing = [attribute for attribute in contract if not hasattr(module, attribute)]
    if missing or not module.__doc__:
        raise TypeError(
            f"{module.__name__} breaks its contract: missing {', '.join(missing) or 'a docstring'}"
        )
    return Entry(name, module.__doc__.strip().splitlines()[0], module)


def load_all(package: str, contract: Iterable[str]) -> dict[str, Entry]:
    """Every entry of `package` by name."""
    attributes = tuple(contract)
    return {name: load(package, name, attributes) for name in names(package)}
