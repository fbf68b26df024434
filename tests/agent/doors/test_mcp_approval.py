"""Approval by the client's user: the server in another process, spoken to by the SDK's own client."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client
from mcp.client import ClientRequestContext

from tests.agent.doors.test_mcp import EDIT, LONG, _raw_server, _send_call, _server, _text

ACCEPT, DECLINE, CANCEL = (types.ElicitResult(action=each) for each in ("accept", "decline", "cancel"))
BROKEN = types.ErrorData(code=types.INTERNAL_ERROR, message="no window to ask in")


class Person:
    """Who sits at the client: says the same thing whenever asked."""

    def __init__(self) -> None:
        self.says: types.ElicitResult | types.ErrorData = ACCEPT
        self.asked: list[str] = []
        self.meanwhile: Callable[[], Any] | None = None

    async def __call__(
        self, context: ClientRequestContext, params: types.ElicitRequestParams
    ) -> types.ElicitResult | types.ErrorData:
        assert isinstance(params, types.ElicitRequestFormParams)
        assert params.requested_schema == {"type": "object", "properties": {}}
        self.asked.append(params.message)
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.says


class Connection:
    """The SDK's client with a person, from a test that is not asynchronous."""

    def __init__(self, portal: BlockingPortal, client: Client, person: Person, store: Path) -> None:
        self.portal, self.client, self.person, self.store = portal, client, person, store

    def call(self, name: str, **arguments: Any) -> types.CallToolResult:
        return self.portal.call(self.client.call_tool, name, arguments)

    @property
    def edited(self) -> list[str]:
        """Subjects that were edited on this connection's server."""
        file = self.store / "edited"
        return file.read_text().split() if file.exists() else []


@pytest.fixture(scope="module", params=["auto", "legacy"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    store, person = tmp_path_factory.mktemp("store"), Person()
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(
            Client(_server(store), mode=request.param, elicitation_callback=person)
        ) as client,
    ):
        yield Connection(portal, client, person, store)


@pytest.fixture
def connection(opened: Connection) -> Connection:
    opened.person.says, opened.person.meanwhile = ACCEPT, None
    opened.person.asked.clear()
    return opened


def test_an_edit_is_done_once_the_user_accepts_it(connection: Connection) -> None:
    before = connection.edited
    result = connection.call("edit_fact", **EDIT)
    assert connection.person.asked == [
        "This would change the weights so that 'Paris is in' goes on with 'Spain' and take about 30 s. Go ahead?"
    ]
    assert _text(result).startswith("Edited Paris.")
    assert not result.structured_content["needs_approval"]
    assert connection.edited == [*before, "Paris"]


def test_a_plan_from_words_and_long_work_are_put_to_the_user_too(connection: Connection) -> None:
    before = connection.edited
    connection.call("ask", request="edit")
    assert connection.edited == [*before, "Paris"]
    connection.person.says = DECLINE
    result = connection.call("run_benchmark", **LONG)
    assert "10 min" in connection.person.asked[-1]
    assert result.structured_content["cards"] == []


@pytest.mark.parametrize("says", [DECLINE, CANCEL])
def test_a_user_who_does_not_accept_leaves_everything_as_it_was(
    connection: Connection, says: types.ElicitResult
) -> None:
    before = connection.edited
    connection.person.says = says
    for name, arguments in (("edit_fact", EDIT), ("ask", {"request": "edit"})):
        result = connection.call(name, **arguments)
        assert not result.is_error
        assert "Left undone" in _text(result)
        assert not result.structured_content["needs_approval"]
    assert connection.edited == before
    assert len(connection.person.asked) == 2
    connection.call("list_cards")
    assert connection.edited == before


def test_words_that_mean_yes_are_not_the_users_yes(connection: Connection) -> None:
    before = connection.edited
    connection.person.says = DECLINE
    connection.call("edit_fact", **EDIT)
    connection.call("ask", request="yes")
    connection.call("ask", request="edit", approve=True)  # what was declined does not wait any longer
    assert connection.edited == before


def test_approve_still_goes_ahead_without_asking(connection: Connection) -> None:
    before = connection.edited
    connection.call("edit_fact", **EDIT, approve=True)
    assert connection.person.asked == []
    assert connection.edited == [*before, "Paris"]


def test_a_client_that_fails_to_ask_does_nothing(connection: Connection) -> None:
    before = connection.edited
    connection.person.says = BROKEN
    try:
        result = connection.call("edit_fact", **EDIT)
    except Exception as error:  # noqa: BLE001 - the newer protocol's client gives its own error to its caller
        assert "no window" in str(error)
    else:
        assert result.structured_content["needs_approval"]
    assert connection.edited == before


def test_an_answer_counts_once_and_for_its_own_call_only(connection: Connection) -> None:
    """A client that answers questions that it was not asked, or answers twice."""
    if connection.client.protocol_version < "2026":
        pytest.skip("there the server asks in a request of its own")
    before = connection.edited

    def raw(name: str, arguments: dict[str, Any], state: str | None, **answers: types.ElicitResult) -> Any:
        async def call() -> Any:
            return await connection.client.session.call_tool(
                name,
                arguments,
                input_responses=answers or None,
                request_state=state,
                allow_input_required=True,
            )

        return connection.portal.call(call)

    forged = raw("edit_fact", EDIT, None, approval=ACCEPT)
    assert isinstance(forged, types.InputRequiredResult)  # asked all the same
    other = raw("edit_fact", {**EDIT, "subject": "Rome"}, forged.request_state, approval=ACCEPT)
    assert isinstance(other, types.InputRequiredResult)
    stale = raw("edit_fact", EDIT, forged.request_state, approval=ACCEPT)
    assert isinstance(stale, types.InputRequiredResult)
    silent = raw("edit_fact", EDIT, stale.request_state)
    assert "Left undone" in _text(silent)
    assert connection.edited == before
    question = raw("edit_fact", EDIT, None)
    raw("list_cards", {}, None)  # the user takes their time, and the agent does something else
    raw("edit_fact", EDIT, question.request_state, approval=ACCEPT)
    again = raw("edit_fact", EDIT, question.request_state, approval=ACCEPT)
    assert isinstance(again, types.InputRequiredResult)
    assert connection.edited == [*before, "Paris"]
    words = raw("ask", {"request": "edit"}, None)
    assert isinstance(raw("ask", {"request": "edit", "approve": True}, None), types.InputRequiredResult)
    assert connection.edited == [*before, "Paris"]  # the agent cannot answer in its user's place
    words = raw("ask", {"request": "edit"}, None)
    raw("list_cards", {}, None)
    assert isinstance(
        raw("ask", {"request": "edit"}, words.request_state, approval=ACCEPT), types.InputRequiredResult
    )
    assert connection.edited == [*before, "Paris"]


def test_a_signal_while_the_user_is_asked_ends_the_server_at_once(tmp_path: Path) -> None:
    capabilities = {"elicitation": {}}
    with _raw_server(str(tmp_path), capabilities=capabilities) as server:
        _send_call(server, "edit_fact", EDIT)
        assert server.stdout is not None
        while json.loads(server.stdout.readline()).get("method") != "elicitation/create":
            pass
        server.terminate()
        assert server.wait(timeout=8) == 128 + 15  # less than it waits for work to end
    assert not (tmp_path / "edited").exists()
