"""The real bot where things break: it is killed, Slack is down, the WebSocket ends. Nothing is lost or done twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.agent.doors.slack.conftest import Bot, harm, leaks, running_bot, workspace
from tests.slack_mock.slack import Slack
from tests.slack_mock.workspace import BORIS, BOT, Message

LONG = "how good is it at arithmetic? 300 prompts"
QUICK = "factual recall with {} prompts"
DONE_S = 120.0


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with workspace() as slack:
        yield slack


@pytest.fixture(scope="module")
def bot(slack: Slack, hostile_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    with running_bot(slack, tmp_path_factory.mktemp("bot"), hostile_model) as bot:
        yield bot


def _cards(slack: Slack, asked: Message) -> list[Message]:
    return [each for each in slack.replies(asked) if "Worst cases" in each.buttons]


def _card(slack: Slack, asked: Message) -> Message:
    return slack.wait(lambda: _cards(slack, asked), f"the card for {asked.text!r}", DONE_S)[0]


def _runs(bot: Bot, asked: Message) -> list[tuple[Any, ...]]:
    return bot.rows(
        """SELECT status, (SELECT count(*) FROM credits WHERE run = runs.id) FROM runs WHERE session = ?""",
        bot.session_of(asked),
    )


def test_a_killed_bot_goes_on_where_it_was_and_says_so(slack: Slack, bot: Bot) -> None:
    scored = bot.credits()
    asked = slack.mention(LONG)
    waiting = slack.mention(QUICK.format(7), BORIS)
    slack.acknowledged(slack.deliveries[-1])
    kept = bot.wait_for_credits(scored)
    bot.kill()
    meanwhile = slack.mention(QUICK.format(8), BORIS)  # while nobody is there
    bot.start()
    slack.reply(asked, "restart", seconds=DONE_S)
    card = _card(slack, asked)
    assert "n 300" in card.words
    assert _runs(bot, asked) == [("done", 300)]
    assert kept > 0
    for message, number in ((waiting, 7), (meanwhile, 8)):
        assert f"n {number}" in _card(slack, message).words
        assert _runs(bot, message) == [("done", number)]
    assert [len(_cards(slack, each)) for each in (asked, waiting, meanwhile)] == [1, 1, 1]
    assert not any("Stop" in each.buttons for each in slack.replies(asked))


@pytest.mark.parametrize("outage", ["errors", "refusal"])
def test_an_outage_in_the_middle_of_a_job_delays_its_answer_and_no_more(
    slack: Slack, bot: Bot, outage: Any
) -> None:
    scored = bot.credits()
    asked = slack.mention(LONG)
    bot.wait_for_credits(scored)
    slack.break_down(outage)
    slack.wait(
        lambda: bot.rows("SELECT 1 FROM runs WHERE session = ? AND status = 'done'", bot.session_of(asked)),
        "the job's end",
        DONE_S,
    )
    assert _cards(slack, asked) == []
    slack.break_down(None)
    assert "n 300" in _card(slack, asked).words
    slack.reply(asked, file=".png")
    slack.wait(lambda: slack.links, "the WebSocket", 60)
    after = slack.mention(QUICK.format(9))
    assert "n 9" in _card(slack, after).words
    assert len(_cards(slack, asked)) == 1


@pytest.mark.parametrize("how", ["refresh_requested", "warning", "cut"])
def test_a_websocket_that_ends_in_the_middle_of_a_job_comes_back(slack: Slack, bot: Bot, how: str) -> None:
    scored = bot.credits()
    asked = slack.mention(LONG)
    bot.wait_for_credits(scored)
    before = slack.socket_mode.connections
    if how == "cut":
        slack.cut()
    else:
        slack.disconnect(how)
    slack.wait(lambda: slack.socket_mode.connections > before and slack.links, "a new WebSocket", 60)
    after = slack.mention(QUICK.format(6), BORIS)
    slack.acknowledged(slack.deliveries[-1], 20)
    assert "n 300" in _card(slack, asked).words
    assert "n 6" in _card(slack, after).words


def test_acknowledgements_that_get_lost_make_no_second_answer(slack: Slack, bot: Bot) -> None:
    slack.socket_mode.deaf = True
    asked = slack.mention(QUICK.format(5))
    delivery = slack.deliveries[-1]
    slack.wait(lambda: len(delivery.attempts) > 1, "a second attempt", 20)
    slack.socket_mode.deaf = False
    slack.acknowledged(delivery, 30)
    assert "n 5" in _card(slack, asked).words
    last = slack.mention(QUICK.format(4))
    _card(slack, last)
    assert len(_cards(slack, asked)) == 1
    assert _runs(bot, asked) == [("done", 5)]


def test_the_bot_ends_in_the_middle_of_a_job_when_it_is_told_to_and_keeps_what_was_scored(
    slack: Slack, bot: Bot
) -> None:
    scored = bot.credits()
    asked = slack.mention("how good is it at arithmetic? 900 prompts")
    bot.wait_for_credits(scored)
    assert bot.end() == 0
    card = _card(slack, asked)
    assert "partial" in card.words.lower()
    assert leaks(bot) == []
    assert "Traceback" not in bot.log() + bot.printed.read_text()
    for message in slack.workspace.messages:
        assert message.user != BOT or harm(message) == [], message
