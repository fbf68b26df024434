"""The real bot in HTTP mode behind Slack's signatures, with its lists of who is answered."""

import json
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.agent.doors.slack.conftest import STARTED_S, Bot, leaks, running_bot, workspace
from tests.slack_mock.delivery import post, signed
from tests.slack_mock.server import SIGNING_SECRET
from tests.slack_mock.slack import Slack
from tests.slack_mock.workspace import ADMIN, ANNE, BORIS, BOT, GENERAL, RESEARCH, TEAM, Message

QUICK = "factual recall with {} prompts"
JSON = {"content-type": "application/json"}
DONE_S = 90.0


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with workspace() as slack:
        yield slack


@pytest.fixture(scope="module")
def url(slack: Slack) -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}/slack/events"


@pytest.fixture(scope="module")
def bot(
    slack: Slack, url: str, hostile_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bot]:
    port = urllib.parse.urlsplit(url).port
    settings = {
        "BENCHWRIGHT_SLACK_MODE": "http",
        "BENCHWRIGHT_SLACK_PORT": str(port),
        "BENCHWRIGHT_SLACK_TEAMS": TEAM,
        "BENCHWRIGHT_SLACK_CHANNELS": f"{GENERAL},{slack.workspace.direct(ANNE)}",
        "BENCHWRIGHT_SLACK_USERS": ANNE,
        "SLACK_APP_TOKEN": "",
    }
    with running_bot(slack, tmp_path_factory.mktemp("bot"), hostile_model, **settings) as bot:
        until = time.monotonic() + STARTED_S
        while post(url, b"{}", JSON)[0] == 0:
            assert time.monotonic() < until, bot.printed.read_text()
            time.sleep(0.2)
        slack.use_http(url)
        yield bot


def _jobs(bot: Bot) -> int:
    ((count,),) = bot.rows("SELECT count(*) FROM slack_jobs")
    return int(count)


def _card(slack: Slack, asked: Message) -> Message:
    def look() -> list[Message]:
        return [each for each in slack.replies(asked) if "Worst cases" in each.buttons]

    return slack.wait(look, f"the card for {asked.text!r}", DONE_S)[0]


def test_slack_finds_the_address_answering(slack: Slack, bot: Bot, url: str) -> None:
    body = json.dumps({"type": "url_verification", "token": "t", "challenge": "3eZbrw1aB"}).encode()
    status, answer = post(url, body, signed(SIGNING_SECRET, body) | JSON)
    assert status == 200
    assert "3eZbrw1aB" in answer


def _event(slack: Slack) -> bytes:
    message = slack.write("<@U0BENCH> factual recall with 4 prompts", ANNE, GENERAL)
    event = {**message.payload(), "type": "app_mention", "channel": GENERAL, "event_ts": message.ts}
    payload = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0BENCH", "event": event}
    return json.dumps(payload | {"event_id": f"Ev{message.ts}", "event_time": 1}).encode()


@pytest.mark.parametrize(
    "headers",
    [
        lambda body: {},
        lambda body: signed("another secret", body),
        lambda body: signed(SIGNING_SECRET, body + b" "),
        lambda body: signed(SIGNING_SECRET, body, time.time() - 301),
        lambda body: signed(SIGNING_SECRET, body, time.time() + 3600),
        lambda body: {**signed(SIGNING_SECRET, body), "x-slack-request-timestamp": "nonsense"},
        lambda body: {"x-slack-signature": signed(SIGNING_SECRET, body)["x-slack-signature"]},
        lambda body: {**signed(SIGNING_SECRET, body), "x-slack-signature": "v0="},
    ],
    ids=["none", "other secret", "other body", "old", "from the future", "no time", "no stamp", "empty"],
)
def test_what_is_not_signed_by_slack_is_turned_away(slack: Slack, bot: Bot, url: str, headers: Any) -> None:
    before = _jobs(bot)
    body = _event(slack)
    status, answer = post(url, body, headers(body) | JSON)
    assert status == 401
    assert "Traceback" not in answer
    assert _jobs(bot) == before


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"payload=%7B", b"\xff\xfe", b"{}", b'{"event": 3}']
)
def test_nonsense_with_a_signature_does_no_harm(slack: Slack, bot: Bot, url: str, body: bytes) -> None:
    before = _jobs(bot)
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        status, answer = post(url, body, signed(SIGNING_SECRET, body) | {"content-type": kind})
        assert status != 0
        assert "Traceback" not in answer
    assert _jobs(bot) == before


def test_other_addresses_methods_and_sizes_are_turned_away(bot: Bot, url: str) -> None:
    body = b"x" * 1_100_000
    assert post(url, body, signed(SIGNING_SECRET, body) | JSON)[0] in (0, 413)
    assert post(url.replace("/slack/events", "/"), b"{}", JSON)[0] == 404
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url, timeout=10)
    with caught.value as answer:
        assert answer.code in (404, 405)


def test_a_mention_and_a_button_are_answered(slack: Slack, bot: Bot) -> None:
    asked = slack.mention(QUICK.format(6))
    assert slack.acknowledged(slack.deliveries[-1]) < 3
    card = _card(slack, asked)
    assert "n 6" in card.words
    slack.press(card, "HTML")
    slack.reply(asked, file=".html", seconds=DONE_S)


def test_a_retry_is_not_answered_twice_and_not_dropped_blindly(slack: Slack, bot: Bot, url: str) -> None:
    body = _event(slack)
    retried = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}
    before = _jobs(bot)
    for _ in range(2):  # the first attempt never arrived
        assert post(url, body, signed(SIGNING_SECRET, body) | JSON | retried)[0] == 200
    assert _jobs(bot) == before + 1


def test_only_who_is_on_the_lists_is_answered(slack: Slack, bot: Bot) -> None:
    before = _jobs(bot)
    outside = [
        slack.mention(QUICK.format(4), BORIS),
        slack.mention(QUICK.format(4), ANNE, RESEARCH),
        slack.mention(QUICK.format(4), ADMIN, RESEARCH),
        slack.direct_message(QUICK.format(4), BORIS),
    ]
    slack.command(QUICK.format(4), BORIS)
    slack.command(QUICK.format(4), ANNE, RESEARCH)
    other_team = slack.write("<@U0BENCH> factual recall with 4 prompts", ANNE, GENERAL)
    event = {**other_team.payload(), "type": "app_mention", "channel": GENERAL, "event_ts": other_team.ts}
    slack.send_event(event, team="T0STRANGE")
    assert all(each.acknowledged for each in slack.deliveries[-7:])
    assert _jobs(bot) == before
    assert [each for asked in outside for each in slack.replies(asked) if each.seen_by is None] == []
    admin, direct = slack.mention(QUICK.format(5), ADMIN), slack.direct_message(QUICK.format(6), ANNE)
    assert "n 5" in _card(slack, admin).words
    assert "n 6" in _card(slack, direct).words


def test_a_stranger_presses_no_button(slack: Slack, bot: Bot) -> None:
    asked = slack.mention(QUICK.format(3))
    card = _card(slack, asked)
    slack.reply(asked, file=".png")
    before = len(slack.replies(asked))
    slack.press(card, "JSON", BORIS)
    slack.press(card, "Why?", ANNE)
    slack.reply(asked, "on card", after=before)
    assert not any(each.files for each in slack.replies(asked)[before:])


def test_the_end(slack: Slack, bot: Bot) -> None:
    assert bot.end() == 0
    assert leaks(bot) == []
    assert "Traceback" not in bot.log() + bot.printed.read_text()
    assert slack.workspace.messages[-1].user in (BOT, ANNE)
