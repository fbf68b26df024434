"""The real bot where things break: it is killed, Slack is down, the WebSocket ends. Nothing is lost or done twice."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.agent.doors.slack.conftest import Bot, harm, leaks, running_bot, workspace
from tests.slack_mock.server import APP_TOKEN, BOT_TOKEN
from tests.slack_mock.slack import Slack
from tests.slack_mock.workspace import ADMIN, BORIS, BOT, GENERAL, Message

LONG = "how good is it at arithmetic? 200 prompts"
QUICK = "factual recall with {} prompts"
DONE_S = 90.0


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


@dataclass(frozen=True)
class Restarted:
    """What was going on when the bot was killed."""

    long: Message
    scored: int
    waiting: Message
    question: Message
    loaded: Message
    meanwhile: Message
    """Asked when nobody was there."""


@pytest.fixture(scope="module")
def restarted(slack: Slack, bot: Bot, other_model: Path) -> Restarted:
    """The bot, killed in the middle of a job and started again."""
    loaded = slack.mention(f"load the model {other_model}", ADMIN)
    slack.reply(loaded, "loaded other", seconds=DONE_S)
    question = slack.mention("make the model think the Eiffel Tower is in Berlin", ADMIN)
    slack.reply(question, button="Go ahead", seconds=DONE_S)
    scored = bot.credits()
    long = slack.mention(LONG)
    slack.acknowledged(slack.deliveries[-1])
    waiting = slack.mention(QUICK.format(7), BORIS)
    slack.acknowledged(slack.deliveries[-1])
    kept = bot.wait_for_credits(scored) - scored
    bot.kill()
    meanwhile = slack.mention(QUICK.format(8), BORIS)
    bot.start()
    return Restarted(long, kept, waiting, question, loaded, meanwhile)


def test_a_killed_bot_goes_on_where_it_was_and_says_so(slack: Slack, bot: Bot, restarted: Restarted) -> None:
    slack.reply(restarted.long, "restarted in the middle", seconds=DONE_S)
    assert "n 200" in _card(slack, restarted.long).words
    assert _runs(bot, restarted.long) == [("done", 200)]
    assert restarted.scored > 0
    assert len(_cards(slack, restarted.long)) == 1


def test_what_stood_in_line_and_what_came_meanwhile_is_answered_once(
    slack: Slack, bot: Bot, restarted: Restarted
) -> None:
    for message, number in ((restarted.waiting, 7), (restarted.meanwhile, 8)):
        assert f"n {number}" in _card(slack, message).words
        assert _runs(bot, message) == [("done", number)]
    jobs = bot.rows("SELECT count(*) FROM slack_jobs")
    for delivery in [each for each in slack.deliveries if each.kind == "events_api"]:
        slack.acknowledged(slack.again(delivery))  # seen before the kill, or since
    assert bot.rows("SELECT count(*) FROM slack_jobs") == jobs


def test_a_question_that_waited_waits_again_and_once(slack: Slack, bot: Bot, restarted: Restarted) -> None:
    slack.reply(restarted.question, "restarted", "still waits")
    asked = [each for each in slack.replies(restarted.question) if "Leave it" in each.buttons]
    assert len(asked) == 1
    slack.acknowledged(slack.press(asked[0], "Leave it", ADMIN))
    slack.reply(restarted.question, "left undone")


def test_a_thread_keeps_the_model_that_was_loaded_in_it(slack: Slack, bot: Bot, restarted: Restarted) -> None:
    slack.mention(QUICK.format(5), ADMIN, thread=restarted.loaded)
    assert "model inspection · other" in _card(slack, restarted.loaded).words


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
    assert "n 200" in _card(slack, asked).words
    slack.reply(asked, file=".png")
    slack.wait(lambda: slack.links, "the WebSocket", 60)
    after = slack.mention(QUICK.format(9))
    assert "n 9" in _card(slack, after).words
    assert len(_cards(slack, asked)) == 1


@pytest.mark.parametrize("how", ["refresh_requested", "cut"])
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
    assert "n 200" in _card(slack, asked).words
    assert "n 6" in _card(slack, after).words


def test_acknowledgements_that_get_lost_make_no_second_answer(slack: Slack, bot: Bot) -> None:
    slack.socket_mode.deaf = True
    asked = slack.mention(QUICK.format(5))
    delivery = slack.deliveries[-1]
    assert "n 5" in _card(slack, asked).words
    slack.socket_mode.deaf = False
    slack.acknowledged(delivery, 30)
    assert len(delivery.attempts) > 1
    last = slack.mention(QUICK.format(4))
    _card(slack, last)
    assert len(_cards(slack, asked)) == 1
    assert _runs(bot, asked) == [("done", 5)]


def test_a_letter_that_nobody_can_send_is_no_end_of_the_others(slack: Slack, bot: Bot) -> None:
    """One that another version left, say; whatever goes wrong with it, the bot must not fall silent."""
    bot.write(
        "INSERT INTO slack_outbox (channel, thread, kind, payload, created) VALUES (?, NULL, 'file', '{}', ?)",
        GENERAL,
        "2099-01-01T00:00:00Z",
    )
    asked = slack.mention(QUICK.format(3))
    assert "n 3" in _card(slack, asked).words
    assert bot.rows("SELECT count(*) FROM slack_outbox WHERE payload = '{}'") == [(0,)]


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


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "invalid_auth"),
        ({"SLACK_BOT_TOKEN": APP_TOKEN, "SLACK_APP_TOKEN": BOT_TOKEN}, "not_allowed_token_type"),
        ({"BENCHWRIGHT_SLACK_API_URL": "http://127.0.0.1:9/"}, "cannot be reached"),
        ({"BENCHWRIGHT_SLACK_MODE": "pigeon"}, "mode"),
        ({"BENCHWRIGHT_SLACK_MODE": "http", "SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET"),
    ],
)
def test_what_keeps_it_from_starting_is_told_in_a_sentence(
    slack: Slack, tmp_path: Path, settings: dict[str, str], expected: str
) -> None:
    bot = Bot(slack, tmp_path, Path("embedded"), **settings)
    bot.start(wait=False)
    assert bot.process is not None
    try:
        assert bot.process.wait(60) in (1, 2)
    except subprocess.TimeoutExpired:
        bot.process.kill()
        raise
    printed = bot.printed.read_text()
    assert expected in printed
    assert "Traceback" not in printed
    assert leaks(bot) == []
