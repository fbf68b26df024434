"""The MCP server in another process, spoken to by the SDK's own client over standard input and output."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError

from sessions.card import CapabilityCard, load_card
from sessions.store import Store
from tests.ending import DIAGNOSED, exit_code

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
LONG = {"dimensions": [{"capability": "arithmetic", "n_prompts": 600}]}
EDIT = {"subject": "Paris", "prompt": "{} is in", "target": "Spain"}


def _server(store: Path, *more: str) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "tests.agent.doors.mcp_scripted_server", str(store), *more],
        cwd=str(ROOT),
        env=ENVIRONMENT,
    )


class Connection:
    """The SDK's client, from a test that is not asynchronous."""

    def __init__(self, portal: BlockingPortal, client: Client, store: Path) -> None:
        self.portal, self.client, self.store = portal, client, store

    def call(self, name: str, **arguments: Any) -> types.CallToolResult:
        return self.portal.call(self.client.call_tool, name, arguments)

    def run(self, task: Callable[[Client], Any]) -> Any:
        return self.portal.call(task, self.client)

    @property
    def edited(self) -> list[str]:
        """Subjects that were edited on this connection's server."""
        file = self.store / "edited"
        return file.read_text().split() if file.exists() else []


@pytest.fixture(scope="module", params=["auto", "legacy"])
def connection(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    store = tmp_path_factory.mktemp("store")
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(_server(store), mode=request.param)) as client,
    ):
        yield Connection(portal, client, store)


def _text(result: types.CallToolResult) -> str:
    assert isinstance(result.content[0], types.TextContent)
    return result.content[0].text


def test_every_intent_is_a_tool_with_the_schema_of_its_class(connection: Connection) -> None:
    tools = {tool.name: tool for tool in connection.run(lambda client: client.list_tools()).tools}
    assert {"ask", "get_card", "run_benchmark", "score_feature", "edit_fact", "explain"} <= set(tools)
    assert "clarify" not in tools
    assert set(tools["edit_fact"].input_schema["properties"]) == {"subject", "prompt", "target", "approve"}
    assert tools["edit_fact"].input_schema["required"] == ["subject", "prompt", "target"]
    assert "approve" not in tools["list_cards"].input_schema["properties"]
    assert (tools["edit_fact"].description or "").startswith("Edit a fact in the model's weights")
    assert tools["edit_fact"].annotations is not None
    assert tools["edit_fact"].annotations.destructive_hint


def test_a_request_in_words_gives_cards_to_read_and_to_work_with(connection: Connection) -> None:
    result = connection.call("ask", request="two")
    assert not result.is_error
    reply = result.structured_content
    assert [each["dimensions"][0]["capability"] for each in reply["cards"]] == ["arithmetic", "cot_math"]
    assert reply["plan"]["intent"] == "run_benchmark"
    assert "| arithmetic | 0.0 | 0.0 to 49.0 | 4 |" in _text(result)  # none of 4 right: Wilson, 95 %
    links = [each.uri for each in result.content if isinstance(each, types.ResourceLink)]
    assert links == [f"card://{card['id']}" for card in reply["cards"]]


def test_rejected_prompts_are_asked_for_with_the_drill_down(connection: Connection) -> None:
    connection.call("ask", request="two")
    result = connection.call("drill_down", rejected=True)
    assert "was rejected before use" in _text(result)


def test_progress_rises_and_says_what_is_done(connection: Connection) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    arguments = {"dimensions": [{"capability": "arithmetic", "n_prompts": 12}]}
    connection.run(lambda client: client.call_tool("run_benchmark", arguments, progress_callback=listen))
    values = [value for value, _, _ in told]
    assert len(values) >= 2
    assert all(earlier < later for earlier, later in pairwise(values))
    assert told[-1][0] <= (told[-1][1] or 0)
    assert "arithmetic" in (told[-1][2] or "")


def test_a_cancelled_call_ends_soon_and_keeps_what_was_scored(connection: Connection) -> None:
    async def cancel_in_the_middle(client: Client) -> float:
        with anyio.CancelScope() as scope:

            async def listen(progress: float, total: float | None, message: str | None) -> None:
                if progress >= 3:
                    scope.cancel()

            arguments = {"dimensions": [{"capability": "arithmetic", "n_prompts": 400}]}
            await client.call_tool("run_benchmark", arguments, progress_callback=listen)
        assert scope.cancelled_caught
        began = anyio.current_time()
        await client.call_tool("list_cards")  # waits for the cancelled call's end
        return anyio.current_time() - began

    connection.call("list_cards")
    assert connection.run(cancel_in_the_middle) < 10  # 400 prompts would take 20 s; loaded machines are slow
    card = connection.call("get_card").structured_content
    assert card["partial"]
    assert 0 < card["n_prompts"] < 400


def test_what_the_caller_can_put_right_is_a_tool_error_with_the_next_step(connection: Connection) -> None:
    result = connection.call("run_benchmark", dimensions=[{"capability": "astrology"}])
    assert result.is_error
    assert "astrology" in result.structured_content["error"]["message"]
    assert "arithmetic" in result.structured_content["error"]["next_step"]
    assert "astrology" in _text(result)
    unknown = connection.call("get_card", id="c-ffff")
    assert unknown.is_error
    assert "no card" in _text(unknown)


def test_a_question_is_an_answer_and_not_an_error(connection: Connection) -> None:
    result = connection.call("ask", request="hm")
    assert not result.is_error
    assert result.structured_content["question"] == "Which one?"
    assert not result.structured_content["needs_approval"]


def test_an_edit_waits_for_approval_and_nothing_changes_without(connection: Connection) -> None:
    before = connection.edited
    result = connection.call("edit_fact", **EDIT)
    assert not result.is_error
    assert result.structured_content["needs_approval"]
    assert "'Paris is in' goes on with 'Spain' and take about 30 s" in _text(result)
    assert "Nothing was done" in _text(result)
    assert connection.edited == before
    # Words that a person would say yes with approve nothing here.
    connection.call("ask", request="yes")
    assert connection.edited == before
    done = connection.call("edit_fact", **EDIT, approve=True)
    assert _text(done).startswith("Edited Paris.")
    assert connection.edited == [*before, "Paris"]


def test_a_plan_made_from_words_is_approved_only_after_it_was_shown(connection: Connection) -> None:
    before = connection.edited
    unseen = connection.call("ask", request="edit", approve=True)
    assert unseen.structured_content["needs_approval"]
    other = connection.call("ask", request="other edit", approve=True)  # what waits is not this
    assert "Rome" in _text(other)
    connection.call("edit_fact", **EDIT)
    stale = connection.call("ask", request="other edit", approve=True)  # what waits now is another tool's
    assert stale.structured_content["needs_approval"]
    assert connection.edited == before
    connection.call("ask", request="other edit", approve=True)
    assert connection.edited == [*before, "Rome"]


def test_long_work_waits_for_approval(connection: Connection) -> None:
    result = connection.call("run_benchmark", **LONG)
    assert result.structured_content["needs_approval"]
    assert "10 min" in _text(result)
    assert result.structured_content["cards"] == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("edit_fact", {**EDIT, "approve": "yes"}),
        ("edit_fact", {**EDIT, "approve": 1}),
        ("edit_fact", {"subject": ["a"], "prompt": None, "target": {}}),
        ("edit_fact", {}),
        ("ask", {"request": "edit", "approve": "true"}),
        ("ask", {"request": ""}),
        ("ask", {"request": "x" * 30_000}),
        ("run_benchmark", {"dimensions": "all"}),
        ("run_benchmark", {"dimensions": [{"capability": "../../etc/passwd"}]}),
        ("run_benchmark", {"dimensions": [{"capability": "arithmetic", "n_prompts": -1}]}),
        ("run_benchmark", {"dimensions": [{"capability": "arithmetic", "n_prompts": 10**12}]}),
        ("run_benchmark", {"__class__": "x"}),
        ("list_cards", {"approve": True}),
        ("get_card", {"id": "c-' OR 1=1 --"}),
        ("get_card", {"id": "../../etc/passwd"}),
        ("get_card", {"id": 7}),
    ],
)
def test_hostile_arguments_are_told_and_change_nothing(
    connection: Connection, name: str, arguments: dict[str, Any]
) -> None:
    before = connection.edited
    result = connection.call(name, **arguments)
    assert result.is_error
    assert result.structured_content["error"]["message"]
    assert "traceback" not in _text(result).lower()
    assert connection.edited == before


def test_an_unknown_tool_or_resource_is_a_protocol_error(connection: Connection) -> None:
    for name in ("no_such_tool", "load_edit", "__init__", "clarify"):
        with pytest.raises(MCPError, match="no tool"):
            connection.call(name)
    with pytest.raises(MCPError, match="no card"):
        connection.run(lambda client: client.read_resource("card://c-ffff"))
    with pytest.raises(MCPError, match="only cards"):
        connection.run(lambda client: client.read_resource("file:///etc/passwd"))


def test_whole_cards_are_resources(connection: Connection) -> None:
    card_id = connection.call("ask", request="two").structured_content["cards"][-1]["id"]
    listed = connection.run(lambda client: client.list_resources()).resources
    assert listed[0].uri == f"card://{card_id}"
    (content,) = connection.run(lambda client: client.read_resource(f"card://{card_id}")).contents
    assert load_card(content.text).id == card_id
    assert load_card(content.text).model_dump_json() == _text(connection.call("get_card", id=card_id))


def _handshake(capabilities: dict[str, Any]) -> Iterator[dict[str, Any]]:
    version = "2025-06-18" if capabilities else "2024-11-05"
    params = {
        "protocolVersion": version,
        "capabilities": capabilities,
        "clientInfo": {"name": "old", "version": "1"},
    }
    yield {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    yield {"jsonrpc": "2.0", "method": "notifications/initialized"}


@contextmanager
def _raw_server(
    *arguments: str, capabilities: dict[str, Any] | None = None, errors: Path = Path(os.devnull)
) -> Iterator[subprocess.Popen[str]]:
    """The server without a client, after an old client's handshake that began with garbage."""
    with (
        errors.open("w") as printed,
        subprocess.Popen(
            [sys.executable, "-m", "tests.agent.doors.mcp_scripted_server", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=printed,
            text=True,
            cwd=ROOT,
            env={**os.environ, **ENVIRONMENT, **DIAGNOSED},
        ) as server,
    ):
        assert server.stdin is not None
        server.stdin.write("no JSON\n{}\n[1]\n\n")
        for line in _handshake(capabilities or {}):
            server.stdin.write(json.dumps(line) + "\n")
        yield server


def _send_call(server: subprocess.Popen[str], name: str, arguments: dict[str, Any]) -> None:
    params = {"name": name, "arguments": arguments, "_meta": {"progressToken": "p"}}
    assert server.stdin is not None
    server.stdin.write(
        json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params}) + "\n"
    )
    server.stdin.flush()


def test_a_session_goes_on_in_another_process_and_nothing_stray_reaches_the_protocol(tmp_path: Path) -> None:
    store = Store(tmp_path)
    session = store.new_session()
    with _raw_server(str(tmp_path), session) as server:
        _send_call(server, "ask", {"request": "two"})
        assert server.stdin is not None
        assert server.stdout is not None
        printed: list[dict[str, Any]] = [{}]
        while printed[-1].get("id") != 2:
            printed.append(json.loads(server.stdout.readline()))
        server.stdin.close()
        assert server.stdout.read() == ""
        assert server.wait() == 0
    assert printed[-1]["result"]["structuredContent"]["session"] == session
    assert len(store.cards(session)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_and_keeps_what_was_scored(tmp_path: Path, number: signal.Signals) -> None:
    printed = tmp_path / "printed.txt"
    with _raw_server(str(tmp_path), errors=printed) as server:
        _send_call(server, "run_benchmark", {"dimensions": [{"capability": "arithmetic", "n_prompts": 400}]})
        assert server.stdout is not None
        while json.loads(server.stdout.readline()).get("params", {}).get("progress", 0) < 3:
            pass
        server.send_signal(number)
        assert exit_code(server, 30, printed.read_text) == 128 + number
    (card,) = Store(tmp_path).cards()
    assert isinstance(card, CapabilityCard)
    assert card.partial


def test_the_command_serves_and_tells_what_cannot_be_opened(tmp_path: Path) -> None:
    async def ask_it(*options: str) -> types.CallToolResult:
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "agent", "mcp", *options],
            cwd=str(ROOT),
            env={**ENVIRONMENT, "BENCHWRIGHT_DATA": str(tmp_path)},
        )

        async def listen(progress: float, total: float | None, message: str | None) -> None:
            told.append(message)

        async with Client(command) as client:
            return await client.call_tool("explain", {"topic": "MUI"}, progress_callback=listen)

    told: list[str | None] = []
    assert "ablat" in _text(anyio.run(ask_it))
    assert (told[0] or "").startswith("starting")  # heard of while it imports
    unknown = anyio.run(ask_it, "--resume", "s-nothere")
    assert unknown.is_error
    assert "no session" in unknown.structured_content["error"]["message"]


def test_nothing_heavy_is_imported_before_the_first_call() -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from agent.doors.mcp import Door\n"
        "from agent.doors.mcp_tools import offered\n"
        "Door(lambda: None, Path('nowhere')).server()\n"
        "assert offered()\n"
        "heavy = ('torch', 'transformers', 'langgraph', 'sae_lens', 'datasets', 'scipy', 'reasoning_gym', 'openai',"
        " 'numpy')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    assert printed.strip() == "[]"
