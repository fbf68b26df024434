"""`benchwright slack`: connects, goes on with what a killed bot left, works until it is told to end."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from types import FrameType
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr

from agent.doors.slack.access import Access
from agent.doors.slack.board import Board, about, ordinal
from agent.doors.slack.intake import Intake
from agent.doors.slack.line import Line, Place
from agent.doors.slack.recovery import recover
from agent.doors.slack.sender import Sender
from agent.doors.slack.threads import Threads
from agent.doors.slack.work import Work
from agent.settings import Settings, SlackSettings
from sessions.slack_jobs import SlackJobs
from sessions.slack_outbox import SlackOutbox
from sessions.store import Store
from sessions.visible import visible
from tools.errors import UserError

if TYPE_CHECKING:
    from slack_bolt import App
    from slack_sdk import WebClient
    from slack_sdk.web import SlackResponse

log = logging.getLogger("benchwright.slack")

CALL_S = 15
"""Seconds that one call of Slack's Web API may take."""
USUAL_S = 30.0
"""Expected of a job, as long as none was done."""
STOP_S, SEND_S = 5.0, 5.0
"""Seconds that jobs at work have to end, and that the last letters have to be sent, when the bot ends."""
LOOK_EVERY_S = 0.5
"""How soon a signal is noticed that another thread took."""
LOCK = "slack.lock"


class _Connection(Protocol):
    """Where requests come from: Socket Mode or HTTP."""

    def connect(self) -> None: ...

    def close(self) -> None: ...


def run_slack(settings: Settings, slack: SlackSettings) -> int:
    """Serve Slack until SIGINT or SIGTERM. Returns 0, or 1 where it could not begin, which is told."""
    try:
        with _alone(settings):
            _serve(settings, slack)
    except UserError as error:
        print(visible(str(error)), file=sys.stderr)
        return 1
    return 0


def _serve(settings: Settings, slack: SlackSettings) -> None:
    client = _client(slack)
    me = _who_am_i(client)
    access = Access(slack, own_team=str(me["team_id"]))
    jobs, store, board = SlackJobs(settings.store_folder), Store(settings.store_folder), Board()
    outbox = SlackOutbox(jobs.database)
    threads = Threads(settings, jobs, store)
    work = Work(threads, jobs, outbox, board, store, access)

    def moved(places: list[Place]) -> None:
        usual = jobs.usual_seconds() or USUAL_S
        for job, ahead in places:
            seconds = sum(work.left_s(each.id) or usual for each in ahead)
            board.show(
                job.id,
                f"{ordinal(len(ahead) + 1)} in line, {about(seconds)}"
                if ahead
                else "Waiting for a free worker",
            )

    line = Line(threads.key, work, moved)
    intake = Intake(access, str(me["user_id"]), jobs, outbox, store, line, work.stop)
    sender = Sender(client, jobs, board, settings.store_folder, line.put)
    app = _app(client, slack, intake)
    with _told_to_end() as end:
        connection = _connection(app, slack)
        jobs.forget_old()
        outbox.forget_old()
        recover(jobs, outbox, store, board, line)
        sender.start()
        _connect(connection)
        print(_greeting(str(me.get("team") or me["team_id"]), slack, connection), flush=True)
        while not end.wait(LOOK_EVERY_S):
            # Where another thread is the one that takes a signal, nothing wakes this one to run its handler.
            pass
        print("Ending: work under way is stopped, and what was scored is kept.", flush=True)
    connection.close()
    work.shut_down()
    line.close(STOP_S)
    sender.stop(SEND_S)
    threads.close()


def _client(slack: SlackSettings) -> "WebClient":
    names = slack.missing
    if names:
        raise UserError(
            f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} not set: Slack cannot be reached without.",
            "Create an app at https://api.slack.com/apps and set its tokens in the environment.",
        )
    if {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"} <= os.environ.keys():
        raise UserError(
            "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are set: with them Bolt takes its tokens from an OAuth store.",
            "Unset them for `benchwright slack`, which uses SLACK_BOT_TOKEN.",
        )
    from slack_sdk import WebClient

    return WebClient(_secret(slack.bot_token), base_url=slack.api_url, timeout=CALL_S, logger=log)


def _secret(secret: SecretStr | None) -> str:
    """Empty where this mode needs none."""
    return secret.get_secret_value().strip() if secret is not None else ""


def _who_am_i(client: "WebClient") -> "SlackResponse":
    from slack_sdk.errors import SlackApiError, SlackClientError

    log.setLevel(logging.WARNING)  # below it, libraries log requests whole
    try:
        return client.auth_test()
    except SlackApiError as error:
        raise UserError(
            f"Slack refuses the token in SLACK_BOT_TOKEN: {error.response.get('error')}.",
            "Take the bot user's token (xoxb-...) from the app's page under OAuth & Permissions.",
        ) from error
    except (OSError, HTTPException, SlackClientError) as error:
        raise UserError(
            f"Slack cannot be reached at {client.base_url}: {error}.", "Check the network and try again."
        ) from error


def _app(client: "WebClient", slack: SlackSettings, intake: Intake) -> "App":
    from slack_bolt.error import BoltError

    from agent.doors.slack.app import build_app

    log.setLevel(logging.ERROR)  # Bolt warns that it sees the client's token in the environment as well
    try:
        return build_app(client, _secret(slack.signing_secret), intake)
    except BoltError as error:
        raise UserError("Slack refuses the token in SLACK_BOT_TOKEN.", "Install the app again.") from error
    finally:
        log.setLevel(logging.WARNING)


def _connection(app: "App", slack: SlackSettings) -> _Connection:
    if slack.mode == "http":
        from agent.doors.slack.http_mode import HttpServer

        return HttpServer(app, _secret(slack.signing_secret), slack.host, slack.port)
    from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler

    # A connection that is cut without a word is noticed within seconds, not Bolt's minute at full load.
    return SocketModeHandler(app, _secret(slack.app_token), ping_interval=2)


def _connect(connection: _Connection) -> None:
    from slack_sdk.errors import SlackApiError, SlackClientError

    try:
        connection.connect()
    except SlackApiError as error:
        raise UserError(
            f"Slack refuses the token in SLACK_APP_TOKEN: {error.response.get('error')}.",
            "Make an app-level token (xapp-...) with the scope connections:write, and enable Socket Mode.",
        ) from error
    except (OSError, HTTPException, SlackClientError) as error:
        raise UserError(
            f"Socket Mode cannot be reached: {error}.", "Check the network and try again."
        ) from error


def _greeting(team: str, slack: SlackSettings, connection: _Connection) -> str:
    where = f"listening at {getattr(connection, 'address', '')}" if slack.mode == "http" else "in Socket Mode"
    count = len(slack.admins)
    admins = f"{count} admin{'s' * (count > 1)}" if count else "no admins (set BENCHWRIGHT_SLACK_ADMINS)"
    return f"Benchwright is in Slack: workspace {visible(team)}, {where}, {admins}. Ctrl-C ends it."


@contextmanager
def _told_to_end() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set. A second signal ends the process at once: all that was shown is kept."""
    end = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        if end.is_set():
            os._exit(1)
        end.set()

    if threading.current_thread() is not threading.main_thread():
        yield end
        return
    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield end
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Two bots on one store would do every job twice. Raises UserError where there is one already."""
    from filelock import FileLock, Timeout

    settings.store_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(settings.store_folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise UserError(
            f"Another `benchwright slack` works in {settings.store_folder}.",
            "End that one first, or set BENCHWRIGHT_DATA to another folder.",
        ) from error
    try:
        yield
    finally:
        lock.release()
