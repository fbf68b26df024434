"""Opens conversations, and makes the heavy imports that the first of them needs in one go."""

import gc
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from agent.settings import Settings

if TYPE_CHECKING:
    from agent.conversation import Conversation

HEAVY = (
    "agent.conversation",
    "torch",
    "transformers.models.auto.modeling_auto",
    "transformers.models.bert.modeling_bert",
    "transformers.models.llama.modeling_llama",
)
"""What nearly every answer needs: the graph, what the planner reads requests with, and what models are made of."""


def open_conversation(settings: Settings, session_id: str | None = None) -> "Conversation":
    """A new conversation, or an earlier one by its id. Raises UserError where it cannot be opened."""
    _import_all()
    from agent.conversation import Conversation

    return Conversation(settings, session_id)


@cache
def _import_all() -> None:
    """Imports make half a million objects that stay; to look them through for garbage again and again is a quarter
    of the time, so that is put off, and afterwards they are left out of it for good.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        for name in HEAVY:
            import_module(name)
        gc.freeze()
    finally:
        if collects:
            gc.enable()
