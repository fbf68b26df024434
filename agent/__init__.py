"""Benchwright's public face for notebooks and scripts; importing it loads nothing until a name is used.

`open_session` opens a `Session`, `Session.ask` returns an `Answer`, and what goes wrong is a `UserError`. Sessions,
answers and cards have no side effects but the store; answers and cards show themselves in Jupyter.

>>> from agent import open_session
>>> with open_session(model="embedded") as session:
...     card = session.benchmark("factual_recall", n=6)
...     answer = session.ask("how is partial credit computed?")
>>> print(card.n_prompts, card.dimensions[0].method, card.dimensions[0].interval)
6 next_token (..., ...)
>>> print(answer.text)
partial_credit: ...
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.answer import Answer
    from agent.doors.script import Session, open_session
    from tools.errors import UserError

__all__ = ["Answer", "Session", "UserError", "open_session"]

_HOMES = {
    "Answer": "agent.answer",
    "Session": "agent.doors.script",
    "UserError": "tools.errors",
    "open_session": "agent.doors.script",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]
