"""The mock against Slack's own clients: what they expect of Slack, and what Slack refuses."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from tests.slack_mock.delivery import signed
from tests.slack_mock.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from tests.slack_mock.slack import Slack, as_sent, running_slack
from tests.slack_mock.workspace import ANNE, BORIS, ELSEWHERE, GENERAL

SCOPES = {"chat:write", "files:write", "channels:history", "im:write", "commands"}


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running_slack(SCOPES, {"app_mention", "message.im"}) as slack:
        yield slack


@pytest.fixture
def client(slack: Slack) -> WebClient:
    return WebClient(BOT_TOKEN, base_url=slack.api_url)


def _error(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _buttons(*buttons: dict[str, Any]) -> list[dict[str, Any]]:
    elements = [{"type": "button", "text": {"type": "plain_text", "text": "Go"}} | each for each in buttons]
    return [{"type": "actions", "elements": elements}]


def test_a_message_is_posted_edited_answered_and_deleted(slack: Slack, client: WebClient) -> None:
    first = client.chat_postMessage(channel=GENERAL, text="one", blocks=[_section("one")])
    reply = client.chat_postMessage(channel=GENERAL, text="two", thread_ts=first["ts"])
    client.chat_update(channel=GENERAL, ts=first["ts"], text="edited")
    assert [
        each["text"] for each in client.conversations_replies(channel=GENERAL, ts=first["ts"])["messages"]
    ] == [
        "edited",
        "two",
    ]
    message = slack.workspace.message(GENERAL, first["ts"])
    assert message is not None
    assert message.blocks == []  # a text without blocks takes the blocks away
    assert [words for _, words in message.states] == ["one", "edited"]
    client.chat_delete(channel=GENERAL, ts=reply["ts"])
    assert len(slack.workspace.thread(GENERAL, first["ts"])) == 1
    assert first["ts"] != reply["ts"]


def test_tokens_scopes_and_places_are_checked(slack: Slack, client: WebClient) -> None:
    assert client.auth_test()["user_id"] == "U0BENCH"
    assert _error(WebClient("xoxb-wrong", base_url=slack.api_url).auth_test) == "invalid_auth"
    assert _error(WebClient(base_url=slack.api_url).auth_test) == "not_authed"
    assert _error(WebClient(APP_TOKEN, base_url=slack.api_url).auth_test) == "not_allowed_token_type"
    assert _error(client.apps_connections_open, app_token=BOT_TOKEN) == "not_allowed_token_type"
    assert _error(client.users_info, user=ANNE) == "missing_scope"
    assert _error(client.chat_postMessage, channel="C0NOWHERE", text="a") == "channel_not_found"
    assert _error(client.chat_postMessage, channel=ELSEWHERE, text="a") == "not_in_channel"
    assert _error(client.api_call, api_method="chat.nonsense") == "unknown_method"
    assert _error(client.chat_postMessage, channel="", text="a") == "invalid_arguments"


def test_texts_threads_and_messages_are_checked(slack: Slack, client: WebClient) -> None:
    post = client.chat_postMessage
    assert _error(post, channel=GENERAL, text="") == "no_text"
    assert _error(post, channel=GENERAL, text="a" * 40_001) == "msg_too_long"
    assert _error(post, channel=GENERAL, text="a", thread_ts="1.000001") == "thread_not_found"
    first = post(channel=GENERAL, text="one")["ts"]
    reply = post(channel=GENERAL, text="two", thread_ts=first)["ts"]
    assert _error(post, channel=GENERAL, text="three", thread_ts=reply) == "thread_not_found"
    assert _error(client.chat_update, channel=GENERAL, ts="1.000001", text="a") == "message_not_found"
    theirs = slack.write("mine", ANNE, GENERAL)
    assert _error(client.chat_update, channel=GENERAL, ts=theirs.ts, text="a") == "cant_update_message"
    assert _error(client.chat_delete, channel=GENERAL, ts=theirs.ts) == "cant_delete_message"


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([{"type": "divider"}] * 50, None),
        ([{"type": "divider"}] * 51, "invalid_blocks"),
        ([_section("a" * 3000)], None),
        ([_section("a" * 3001)], "invalid_blocks"),
        ([_section("")], "invalid_blocks"),
        ([_section("a" * 2900)] * 5, "msg_blocks_too_long"),
        ([{"type": "section", "fields": [{"type": "mrkdwn", "text": "a"}] * 10}], None),
        ([{"type": "section", "fields": [{"type": "mrkdwn", "text": "a"}] * 11}], "invalid_blocks"),
        ([_section("a") | {"block_id": "b" * 256}], "invalid_blocks"),
        ([_section("a") | {"block_id": "b"}] * 2, "invalid_blocks"),
        ([_section("a") | {"colour": "red"}], "invalid_blocks"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}], "invalid_blocks"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "a" * 151}}], "invalid_blocks"),
        (_buttons({"action_id": "a", "value": "v" * 2000}), None),
        (_buttons({"value": "v" * 2001}), "invalid_blocks"),
        (_buttons({"action_id": "a"}, {"action_id": "a"}), "invalid_blocks"),
        (_buttons({"text": {"type": "plain_text", "text": "a" * 76}}), "invalid_blocks"),
        (_buttons({"text": {"type": "mrkdwn", "text": "a"}}), "invalid_blocks"),
        (_buttons({"style": "green"}), "invalid_blocks"),
        ([{"type": "image", "slack_file": {"id": "F0"}, "alt_text": "a"}], "invalid_blocks"),
        ([{"type": "surprise"}], "invalid_blocks"),
    ],
)
def test_blocks_are_held_to_the_limits(
    client: WebClient, blocks: list[dict[str, Any]], error: str | None
) -> None:
    if error is None:
        client.chat_postMessage(channel=GENERAL, text="a", blocks=blocks)
    else:
        assert _error(client.chat_postMessage, channel=GENERAL, text="a", blocks=blocks) == error


def test_a_file_takes_three_steps_and_appears_in_the_thread(slack: Slack, client: WebClient) -> None:
    first = slack.write("a chart, please", ANNE, GENERAL)
    client.files_upload_v2(
        channel=GENERAL, thread_ts=first.ts, content=b"\x89PNG", filename="chart.png", title="Chart"
    )
    shared = slack.reply(first, file=".png")
    assert (shared.files[0].content, shared.files[0].title) == (b"\x89PNG", "Chart")
    announced = client.files_getUploadURLExternal(filename="a", length=3)
    assert not slack.web_api.receive_upload(announced["file_id"], b"four")
    complete = client.files_completeUploadExternal
    assert _error(complete, files=[{"id": announced["file_id"]}], channel_id=GENERAL) == "file_not_found"


def test_too_many_calls_are_refused_with_the_time_to_wait(slack: Slack, client: WebClient) -> None:
    slack.rates.refuse("chat.update", times=1, retry_after=7)
    ts = client.chat_postMessage(channel=GENERAL, text="a")["ts"]
    with pytest.raises(SlackApiError) as caught:
        client.chat_update(channel=GENERAL, ts=ts, text="b")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    client.chat_update(channel=GENERAL, ts=ts, text="b")
    slack.rates.real = True
    for _ in range(5):
        client.chat_postMessage(channel=GENERAL, text="a")
    assert _error(client.chat_postMessage, channel=GENERAL, text="a") == "ratelimited"


@pytest.mark.parametrize("outage", ["errors", "page", "silence", "refusal"])
def test_an_outage_begins_and_ends(slack: Slack, outage: Any) -> None:
    client = WebClient(BOT_TOKEN, base_url=slack.api_url, timeout=1, retry_handlers=[])
    slack.break_down(outage)
    with pytest.raises((SlackApiError, OSError)):
        client.auth_test()
    slack.break_down(None)
    assert client.auth_test()["ok"]


class App:
    """The plainest app on Slack's own Socket Mode client: notes what comes and acknowledges it, or not."""

    def __init__(self, slack: Slack) -> None:
        self.requests: list[SocketModeRequest] = []
        self.silent = 0
        web = WebClient(BOT_TOKEN, base_url=slack.api_url)
        self.client = SocketModeClient(APP_TOKEN, web_client=web, ping_interval=1)
        self.client.socket_mode_request_listeners.append(self._take)
        self.client.connect()
        slack.wait(lambda: slack.links, "a WebSocket", 10)

    def close(self, slack: Slack) -> None:
        # Without the seconds that the client would wait for what still comes.
        self.client.auto_reconnect_enabled = False
        slack.cut()
        self.client.close()

    def _take(self, client: Any, request: SocketModeRequest) -> None:
        self.requests.append(request)
        if self.silent > 0:
            self.silent -= 1
            return
        payload = {"text": "on it"} if request.type == "slash_commands" else None
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))


@pytest.fixture
def app(slack: Slack) -> Iterator[App]:
    app = App(slack)
    yield app
    app.close(slack)


def test_mentions_commands_and_presses_arrive_and_are_acknowledged(
    slack: Slack, app: App, client: WebClient
) -> None:
    slack.mention("is 3 < 4?")
    slack.acknowledged(slack.deliveries[-1])
    event = app.requests[-1].payload["event"]
    assert (event["type"], event["text"], event["user"]) == ("app_mention", "<@U0BENCH> is 3 &lt; 4?", ANNE)
    command = slack.command("help", BORIS)
    assert slack.acknowledged(command) < 3
    (seen,) = [each for each in slack.workspace.messages if each.seen_by == BORIS]
    assert seen.text == "on it"
    client.chat_postMessage(channel=GENERAL, text="press", blocks=_buttons({"action_id": "go", "value": "1"}))
    message = slack.workspace.messages[-1]
    slack.acknowledged(slack.press(message, "Go", ANNE))
    pressed = app.requests[-1].payload
    assert (pressed["actions"][0]["value"], pressed["user"]["id"]) == ("1", ANNE)
    assert pressed["container"]["message_ts"] == message.ts
    assert slack.socket_mode.strange == []


def test_an_event_that_nobody_acknowledges_comes_again(slack: Slack, app: App) -> None:
    app.silent = 1
    slack.mention("hello")
    slack.acknowledged(slack.deliveries[-1])
    first, second = app.requests
    assert first.payload["event_id"] == second.payload["event_id"]
    assert first.envelope_id != second.envelope_id
    assert (second.retry_attempt, second.retry_reason) == (1, "timeout")


@pytest.mark.parametrize("how", ["refresh_requested", "cut"])
def test_an_app_that_was_disconnected_comes_back(slack: Slack, app: App, how: str) -> None:
    if how == "cut":
        slack.cut()
    else:
        slack.disconnect(how)
    slack.wait(lambda: slack.socket_mode.connections == 2 and slack.links == 1, "one new WebSocket", 15)
    slack.mention("hello")
    slack.acknowledged(slack.deliveries[-1])


def test_several_connections_share_the_work(slack: Slack, app: App) -> None:
    other = App(slack)
    for _ in range(4):
        slack.mention("hello")
    for delivery in slack.deliveries:
        slack.acknowledged(delivery)
    other.close(slack)
    assert len(app.requests) == len(other.requests) == 2


def test_the_bots_own_direct_messages_come_back_as_events(slack: Slack, app: App, client: WebClient) -> None:
    client.chat_postMessage(channel=slack.workspace.direct(ANNE), text="hello")
    slack.acknowledged(slack.wait(lambda: slack.deliveries[-1:], "an event")[0])
    assert app.requests[-1].payload["event"]["bot_id"] == "B0BENCH"


def test_a_signature_is_what_slacks_own_verifier_expects() -> None:
    body = b'{"type":"event_callback"}'
    verifier = SignatureVerifier(SIGNING_SECRET)
    assert verifier.is_valid_request(body, signed(SIGNING_SECRET, body))
    assert not verifier.is_valid_request(body, signed("other", body))
    assert not verifier.is_valid_request(body, signed(SIGNING_SECRET, body, time.time() - 301))


def test_what_people_type_is_escaped_and_linked_as_slack_does() -> None:
    assert as_sent("a <b> & c") == "a &lt;b&gt; &amp; c"
    assert as_sent("see https://a.b/c, README.md") == "see <https://a.b/c>, <http://README.md|README.md>"


def test_the_server_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    with running_slack(SCOPES, ()):
        pass
    assert threading.active_count() == before
