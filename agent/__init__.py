"""Benchwright's public face for notebooks and scripts; importing it loads nothing until a name is used.

`open_session` opens a `Session`; `Session.ask` returns an `Answer`; what goes wrong is a `UserError`.
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
