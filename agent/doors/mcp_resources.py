"""Stored cards as MCP resources: listed, and read whole, while the conversation is at work."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

from agent.doors.mcp_results import CARD_SCHEME
from sessions.card import Card
from sessions.store import Store
from sessions.visible import visible
from tools.errors import UserError

LISTED_CARDS = 50
JSON = "application/json"


class CardResources:
    """The cards of the connection's session, or of all sessions before it has one."""

    def __init__(self, store_folder: Path, session_id: Callable[[], str | None]) -> None:
        self._folder = store_folder
        self._session_id = session_id
        self._opened: Store | None = None

    def close(self) -> None:
        """Close the files."""
        if self._opened is not None:
            self._opened.close()

    def card(self, reference: str) -> Card:
        """A card by its id, the beginning of one, or `last`. Raises StoreError."""
        return self._store().card(reference, self._session_id())

    def _store(self) -> Store:
        """A store of its own: the conversation's may be at work in another thread."""
        if self._opened is None:
            self._opened = Store(self._folder)
        return self._opened

    async def list(
        self, ctx: ServerRequestContext[dict[str, Any]], params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """The newest cards."""
        cards = await anyio.to_thread.run_sync(
            lambda: self._store().cards(self._session_id(), limit=LISTED_CARDS)
        )
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=f"{CARD_SCHEME}{card.id}",
                    name=card.id,
                    title=f"{card.kind} card",
                    description=visible(card.request[:200]),
                    mime_type=JSON,
                )
                for card in cards
            ]
        )

    async def templates(
        self, ctx: ServerRequestContext[dict[str, Any]], params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        """How a card is addressed."""
        template = types.ResourceTemplate(
            uri_template=f"{CARD_SCHEME}{{id}}",
            name="card",
            description="A stored card whole: its id, the beginning of one, or `last`.",
            mime_type=JSON,
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read(
        self, ctx: ServerRequestContext[dict[str, Any]], params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """One card, whole."""
        uri = str(params.uri)
        if not uri.startswith(CARD_SCHEME):
            raise MCPError(
                types.INVALID_PARAMS, f"There are only cards here: {CARD_SCHEME}ID.", {"uri": uri[:200]}
            )
        try:
            card = await anyio.to_thread.run_sync(self.card, uri.removeprefix(CARD_SCHEME).strip("/"))
        except UserError as error:
            raise MCPError(types.INVALID_PARAMS, visible(str(error)), {"uri": uri[:200]}) from error
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=uri, mime_type=JSON, text=card.model_dump_json())]
        )
