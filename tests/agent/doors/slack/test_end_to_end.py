"""Whole conversations in Slack with the real bot: its own process, HTTP and WebSocket, and a mock of Slack."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.agent.doors.slack.conftest import Bot, harm, leaks, running_bot, workspace
from tests.slack_mock.delivery import Delivery
from tests.slack_mock.slack import Slack
from tests.slack_mock.workspace import ADMIN, ANNE, BORIS, BOT, ELSEWHERE, RESEARCH, Message

ASKED = "how good is it at arithmetic? 4 prompts"
QUICK = "factual recall with {} prompts"
"""Scored without writing a word: quick."""
LONG = "how good is it at arithmetic? 900 prompts"
EDIT = "make the model think the Eiffel Tower is in Berlin"
DONE_S = 90.0


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with workspace() as slack:
        yield slack


@pytest.fixture(scope="module")
def bot(slack: Slack, hostile_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    # Every edit of a random model would fail its validation.
    lenient = {
        "BENCHWRIGHT_EDIT_PROBABILITY": "0",
        "BENCHWRIGHT_EDIT_KL": "1000",
        "BENCHWRIGHT_EDIT_CKA": "0",
    }
    with running_bot(slack, tmp_path_factory.mktemp("bot"), hostile_model, **lenient) as bot:
        yield bot


def _cards(slack: Slack, asked: Message) -> list[Message]:
    return [each for each in slack.replies(asked) if "Worst cases" in each.buttons]


def _card(slack: Slack, asked: Message, number: int = 1) -> Message:
    """Wait for the card, or the second or third one, of a thread."""
    return slack.wait(
        lambda: _cards(slack, asked)[number - 1 : number], f"card {number} for {asked.text!r}", DONE_S
    )[0]


def _last(slack: Slack) -> Delivery:
    return slack.deliveries[-1]


def test_a_conversation_from_a_mention_to_an_export(slack: Slack, bot: Bot) -> None:
    asked = slack.mention(ASKED)
    assert slack.acknowledged(_last(slack)) < 3
    card = _card(slack, asked)
    assert "arithmetic" in card.words.lower()
    assert "n 4" in card.words
    chart = slack.reply(asked, file=".png").files[0]
    assert (chart.content or b"").startswith(b"\x89PNG")
    slack.acknowledged(slack.press(card, "Why?"))
    slack.reply(asked, "arithmetic on card")
    slack.acknowledged(slack.press(card, "Worst cases", BORIS))
    slack.reply(asked, "worst cases of card")
    slack.acknowledged(slack.press(card, "HTML"))
    page = slack.reply(asked, file=".html").files[0]
    assert b"<html" in (page.content or b"")[:500]
    slack.mention("just 5 of them", thread=asked)
    assert "n 5" in _card(slack, asked, 2).words
    session = bot.session_of(asked)
    assert bot.rows("SELECT count(*) FROM cards WHERE session = ?", session) == [(2,)]
    assert bot.rows("SELECT count(*) FROM runs WHERE session = ?", session) == [(2,)]


def test_a_direct_message_is_answered_in_its_own_thread(slack: Slack, bot: Bot) -> None:
    asked = slack.direct_message(QUICK.format(7), BORIS)
    assert "n 7" in _card(slack, asked).words
    assert {each.thread_ts for each in slack.replies(asked)} == {asked.ts}


def test_a_slash_command_opens_a_thread_of_its_own(slack: Slack, bot: Bot) -> None:
    command = slack.command(QUICK.format(8), channel=RESEARCH)
    assert slack.acknowledged(command) < 3
    root = slack.wait(lambda: _roots(slack, RESEARCH), "the thread's first message")[0]
    assert "n 8" in _card(slack, root).words


def test_a_slash_command_where_the_bot_is_not_in_the_channel_is_answered_all_the_same(
    slack: Slack, bot: Bot
) -> None:
    slack.acknowledged(slack.command(QUICK.format(9), channel=ELSEWHERE))
    direct = slack.workspace.direct(ANNE)
    root = slack.wait(lambda: _roots(slack, direct), "the thread's first message")[-1]
    assert "n 9" in _card(slack, root).words


def _roots(slack: Slack, channel: str) -> list[Message]:
    return [
        each
        for each in slack.workspace.messages
        if (each.channel, each.user, each.thread_ts, each.seen_by) == (channel, BOT, None, None)
    ]


def test_a_thread_is_a_session_and_another_thread_knows_nothing_of_it(slack: Slack, bot: Bot) -> None:
    first, second = slack.mention(QUICK.format(5)), slack.mention(QUICK.format(6), BORIS)
    assert "n 5" in _card(slack, first).words
    assert "n 6" in _card(slack, second).words
    assert bot.session_of(first) != bot.session_of(second)
    slack.mention("again with 11", thread=first)
    slack.mention("again with 12", BORIS, thread=second)
    assert "n 11" in _card(slack, first, 2).words
    assert "n 12" in _card(slack, second, 2).words


def test_an_edit_is_refused_to_who_is_no_admin_and_not_even_shown_for_approval(
    slack: Slack, bot: Bot
) -> None:
    asked = slack.mention(EDIT)
    refused = slack.reply(asked, "admin")
    assert "Go ahead" not in refused.buttons
    assert bot.rows("SELECT count(*) FROM edits") == [(0,)]


def test_an_edit_waits_for_the_admin_and_is_of_one_thread_only(slack: Slack, bot: Bot) -> None:
    asked = slack.mention(EDIT, ADMIN)
    question = slack.reply(asked, "Eiffel Tower", "Berlin", button="Go ahead", seconds=DONE_S)
    slack.acknowledged(slack.press(question, "Go ahead", ANNE))
    assert slack.reply(asked, "or an admin, can do that").seen_by == ANNE
    slack.mention("yes", BORIS, thread=asked)
    slack.reply(asked, "waits for an answer")
    assert "Go ahead" in question.buttons
    assert bot.rows("SELECT count(*) FROM edits") == [(0,)]
    slack.acknowledged(slack.press(question, "Go ahead", ADMIN))
    slack.reply(asked, "committed", "Berlin", seconds=DONE_S)
    assert "Go ahead" not in question.buttons
    slack.mention(QUICK.format(5), ADMIN, thread=asked)
    elsewhere = slack.mention(QUICK.format(5))
    assert "Berlin" in _card(slack, asked).words
    assert "Berlin" not in _card(slack, elsewhere).words
    slack.mention("undo that", ANNE, thread=asked)
    slack.reply(asked, "is for the admins")
    slack.mention("undo that", ADMIN, thread=asked)
    slack.reply(asked, "rolled back", "bit for bit")
    contexts = [
        json.loads(card)["context"]
        for message in (asked, elsewhere)
        for (card,) in bot.rows(
            "SELECT json FROM cards WHERE session = ? AND kind = 'capability'", bot.session_of(message)
        )
    ]
    assert [len(each["edits"]) for each in contexts] == [1, 0]
    assert contexts[0]["weights_hash"] != contexts[1]["weights_hash"]


def test_a_declined_edit_changes_nothing(slack: Slack, bot: Bot) -> None:
    asked = slack.mention(EDIT, ADMIN)
    question = slack.reply(asked, button="Leave it", seconds=DONE_S)
    slack.acknowledged(slack.press(question, "Leave it", ADMIN))
    slack.reply(asked, "left undone")
    assert bot.rows("SELECT count(*) FROM cards WHERE session = ?", bot.session_of(asked)) == [(0,)]


def test_a_button_that_nobody_was_shown_does_nothing(slack: Slack, bot: Bot) -> None:
    """What stands in a payload may be forged, or be from another version of the bot."""
    asked = slack.mention(QUICK.format(4))
    card = _card(slack, asked)
    before = len(slack.replies(asked))
    for action, value in [
        ("approve", "1"),
        ("approve", "x"),
        ("approve", "99999999999999999999999"),
        ("stop", ""),
        ("export:../../etc/passwd", "c-1"),
        ("export:html", "../../../etc/passwd"),
        ("why", "c-0000000000"),
        ("nonsense", "1"),
    ]:
        button = {
            "type": "button",
            "action_id": action,
            "value": value,
            "text": {"type": "plain_text", "text": "b"},
        }
        payload = slack.pressed(card, {"block_id": "b"}, button, ANNE)
        slack.acknowledged(slack.deliver(Delivery("interactive", payload)))
    slack.mention(QUICK.format(3), thread=asked)
    assert "n 3" in _card(slack, asked, 2).words
    assert not any(each.files and "passwd" in each.files[0].name for each in slack.replies(asked)[before:])


@pytest.mark.parametrize("how", ["word", "button"])
def test_a_job_is_stopped_and_keeps_what_was_scored(slack: Slack, bot: Bot, how: str) -> None:
    scored = bot.credits()
    asked = slack.mention(LONG)
    bot.wait_for_credits(scored)
    progress = slack.reply(asked, "arithmetic", button="Stop")
    if how == "word":
        slack.mention("stop", BORIS, thread=asked)
        assert slack.reply(asked, "or an admin, can do that").seen_by == BORIS
        slack.mention("stop", thread=asked)
    else:
        slack.acknowledged(slack.press(progress, "Stop", ANNE))
    card = _card(slack, asked)
    assert "partial" in card.words.lower()
    assert bot.credits() - scored < 900
    (count,) = bot.rows(
        "SELECT count(*) FROM runs WHERE session = ? AND status = 'stopped'", bot.session_of(asked)
    )
    assert count == (1,)


def test_progress_is_one_message_that_is_edited_seldom(slack: Slack, bot: Bot) -> None:
    """Looks at what the tests above have left."""
    edited = [each for each in slack.workspace.messages if each.user == BOT and len(each.states) > 2]
    assert edited
    for message in edited:
        times = [at for at, words in message.states if re.search(r"\d+ of \d+", words)]
        assert all(later - earlier > 1.8 for earlier, later in pairwise(times)), message.states


def test_nothing_is_done_twice_for_what_slack_sends_twice(slack: Slack, bot: Bot) -> None:
    asked = slack.mention(QUICK.format(10))
    delivery = _last(slack)
    event = delivery.payload["event"]
    slack.again(delivery)
    slack.send_event(event)  # with an event id of its own
    slack.send_event({**event, "type": "message", "channel_type": "channel"})
    command = slack.command(QUICK.format(13), BORIS, RESEARCH)
    for each in slack.deliveries[-4:]:
        slack.acknowledged(each)
    root = slack.wait(lambda: _roots(slack, RESEARCH)[1:], "the second command's thread")[-1]
    _card(slack, root)
    _card(slack, asked)
    slack.acknowledged(
        slack.again(command)
    )  # people do press twice: a command has no id, it is done again or not
    slack.mention("again with 14", thread=asked)
    assert "n 14" in _card(slack, asked, 2).words
    assert len(_cards(slack, asked)) == 2
    assert bot.rows("SELECT count(*) FROM runs WHERE session = ?", bot.session_of(asked)) == [(2,)]


def test_what_bots_and_other_events_say_is_not_answered(slack: Slack, bot: Bot) -> None:
    jobs = bot.rows("SELECT count(*) FROM slack_jobs")
    direct = slack.workspace.direct(ANNE)
    written = slack.write(QUICK.format(20), ANNE, direct)
    event = {**written.payload(), "channel": direct, "channel_type": "im", "event_ts": written.ts}
    slack.send_event({**event, "bot_id": "B0OTHER"})
    slack.send_event({**event, "subtype": "message_changed", "message": written.payload()})
    slack.send_event({**event, "subtype": "message_deleted"})
    slack.send_event({**event, "type": "reaction_added"})
    slack.send_event({**event, "ts": slack.workspace.next_ts(), "user": None})
    slack.send_event(event, team="T0STRANGE")
    slack.send_event({"type": "app_mention"})
    for delivery in slack.deliveries[-7:]:
        slack.acknowledged(delivery)
    slack.reply(slack.direct_message("what does MUI mean?", BORIS), "MUI")
    ((before,),), ((after,),) = jobs, bot.rows("SELECT count(*) FROM slack_jobs")
    assert after - before == 1


def test_twenty_threads_at_once_get_each_their_own_answers_in_order(slack: Slack, bot: Bot) -> None:
    asked = {n: slack.mention(QUICK.format(n), (ANNE, BORIS)[n % 2]) for n in range(21, 41)}
    assert max(slack.acknowledged(each) for each in slack.deliveries[-20:]) < 3
    for n, message in asked.items():
        slack.mention(f"again with {n + 50}", message.user, thread=message)
    assert max(slack.acknowledged(each) for each in slack.deliveries[-20:]) < 3
    for n, message in asked.items():
        _card(slack, message, 2)
        told = [re.findall(r"\bn (\d+)", each.words) for each in _cards(slack, message)]
        assert told == [[str(n)], [str(n + 50)]]


def test_a_flood_is_acknowledged_answered_and_forgotten(slack: Slack, bot: Bot) -> None:
    before = bot.memory
    asked = [slack.mention("what does MUI mean?", (ANNE, BORIS)[n % 2]) for n in range(200)]
    deliveries = slack.deliveries[-200:]
    assert max(slack.acknowledged(each, 30) for each in deliveries) < 3
    slack.wait(
        lambda: all(slack.replies(each) for each in asked), "an answer or a refusal in each thread", 120
    )
    slack.wait(
        lambda: not bot.rows("SELECT 1 FROM slack_jobs WHERE status IN ('queued', 'running')"), "rest", 120
    )
    assert bot.memory - before < 80 * 2**20
    again = slack.mention(QUICK.format(15))
    _card(slack, again)


def test_slack_asks_to_slow_down_and_nothing_is_lost(slack: Slack, bot: Bot) -> None:
    slack.rates.refuse("chat.postMessage", times=2, retry_after=1)
    asked = slack.mention(QUICK.format(16))
    slack.reply(asked, seconds=DONE_S)
    slack.rates.refuse("chat.update", times=2, retry_after=1)
    slack.rates.refuse("files.getUploadURLExternal", times=1, retry_after=1)
    assert "n 16" in _card(slack, asked).words
    slack.reply(asked, file=".png")
    refused = [each for each in slack.refused if each.answer["error"] == "ratelimited"]
    for each in refused:
        assert each.status == 429
        later = [call.at for call in (*slack.workspace.calls, *slack.refused) if call.at > each.at]
        assert not later or min(later) - each.at > 0.9  # Retry-After was one second
    assert len(_cards(slack, asked)) == 1


HOSTILE_REQUESTS = [
    "how good is it at arithmetic? 4 prompts <!channel> <@U0BORIS> <https://evil.example|click>",
    "is `feature` ```<!here>``` real? &lt;!everyone&gt; *bold* _it_ ~no~",
    "load the model &lt;!channel&gt;/\u202egnp.exe",
    "explain \x07\x1b[2J<!subteam^S012|@all> please",
    "export that as ../../etc/passwd",
    "run_benchmark(" * 300,
    "\U0001f600" * 500 + " <#C0GENERAL|general>",
    "/model /etc/passwd",
    "/nonsense `<!here>`",
]


def test_hostile_words_come_back_as_words(slack: Slack, bot: Bot) -> None:
    for user in (ANNE, ADMIN):
        for request in HOSTILE_REQUESTS:
            asked = slack.mention(request, user, raw=True)
            slack.reply(asked, seconds=DONE_S)
    slack.wait(
        lambda: not bot.rows("SELECT 1 FROM slack_jobs WHERE status IN ('queued', 'running')"), "rest", 60
    )


def test_no_message_of_the_bot_pings_links_or_hides_anything(slack: Slack, bot: Bot) -> None:
    """Looks at all that the tests above have left; the model of this bot writes nothing but harm."""
    written = [each for each in slack.workspace.messages if each.user == BOT]
    assert any("&lt;!channel&gt;" in each.words for each in written)
    for message in written:
        assert harm(message) == [], message


def test_nothing_waits_for_a_press_when_all_is_done(slack: Slack, bot: Bot) -> None:
    slack.wait(lambda: not _pressable(slack), "the last button's end", 10)


def _pressable(slack: Slack) -> list[Message]:
    return [each for each in slack.workspace.messages if {"Stop", "Go ahead"} & set(each.buttons)]


def test_slack_refused_nothing_that_the_bot_sent(slack: Slack, bot: Bot) -> None:
    refused = [call for call in slack.workspace.calls if not call.answer["ok"]]
    assert [call for call in refused if call.answer["error"] != "not_in_channel"] == []
    assert slack.socket_mode.strange == []
    assert [each for each in slack.deliveries if each.lost] == []


def test_tokens_are_nowhere_and_the_bot_ends_when_it_is_told_to(slack: Slack, bot: Bot) -> None:
    assert bot.end() == 0
    assert leaks(bot) == []
    assert "Traceback" not in bot.log() + bot.printed.read_text()
