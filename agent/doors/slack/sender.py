"""Everything that goes out to Slack, one thing after another: letters first, then edits of progress messages.

Where Slack cannot be reached or asks to slow down, nothing is lost: letters wait in the store.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError

from agent.doors.slack.blocks import Message, said
from agent.doors.slack.board import Board
from agent.doors.slack.looks import files_of, look_message
from agent.doors.slack.text import on_one_line, shown
from sessions.slack_jobs import Job, SlackJobs
from sessions.slack_outbox import Letter, SlackOutbox
from sessions.store import Store
from tools.errors import StoreError

if TYPE_CHECKING:
    from slack_sdk import WebClient

log = logging.getLogger("benchwright.slack")

LOOK_EVERY_S = 0.25
LONGEST_WAIT_S = 60.0
"""Between two tries while Slack cannot be reached."""
MOST_UPLOADS = 8
"""Tries of one file before the thread is told that it could not be uploaded."""
QUIET: dict[str, Any] = {
    "unfurl_links": False,
    "unfurl_media": False,
    "parse": "none",
    "link_names": False,
    "mrkdwn": False,
}
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "cant_edit_message"})
_NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
_TOO_MUCH = frozenset({"invalid_blocks", "msg_too_long", "msg_blocks_too_long", "invalid_blocks_format"})
_LATER = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
    | {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"}
)
"""Errors that go by without our doing, a wrong token among them: with a new one the letters still go out."""


class Sender:
    """Sends from a thread of its own. `opened` is called with the job whose thread is there."""

    def __init__(
        self,
        client: "WebClient",
        jobs: SlackJobs,
        board: Board,
        folder: Path,
        opened: Callable[[Job], None],
    ) -> None:
        self._client = client
        self._jobs = jobs
        self._outbox = SlackOutbox(jobs.database)
        self._board = board
        self._store = Store(folder)
        self._opened = opened
        self._paused_until = 0.0
        self._failures = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slack-sender", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self, within_s: float) -> None:
        """Send what waits, as long as there is time; the rest goes out at the next start."""
        until = time.monotonic() + within_s
        while time.monotonic() < until and self._outbox.first() is not None and self._failures == 0:
            time.sleep(0.05)
        self._over.set()
        self._thread.join(max(0.5, until - time.monotonic()))

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                busy = time.monotonic() >= self._paused_until and self._step()
            except StoreError as error:
                log.error("the outbox cannot be read: %s", error)
                busy = False
            except Exception:  # the last line of defence: the other letters still go out
                log.exception("the sender stumbled")
                busy = False
            if not busy:
                self._over.wait(LOOK_EVERY_S)

    def _step(self) -> bool:
        """Send one thing; False where there is nothing to send."""
        letter = self._outbox.first()
        if letter is not None:
            self._try(letter)
            return True
        due = self._board.due()
        if due is None:
            return False
        self._edit(*due)
        return True

    def _try(self, letter: Letter) -> None:
        try:
            self._send(letter)
        except SlackRequestError as error:  # the upload address refused the file
            if self._failures + 1 < MOST_UPLOADS:
                self._wait(error)
                return
            log.error("letter %d was given up: %s", letter.id, error)
        except SlackApiError as error:
            if _passes(error):
                self._wait(error)
                return
            log.error("letter %d was refused: %s", letter.id, error.response.get("error"))
        except (OSError, HTTPException, SlackClientError) as error:
            self._wait(error)
            return
        except StoreError:
            raise
        except KeyError as error:  # of another version
            log.error("letter %d cannot be read: it has no %s", letter.id, error)
        except Exception:  # a bug in one letter must not keep the others back
            log.exception("letter %d was given up", letter.id)
        self._failures = 0
        self._outbox.done(letter)

    def _wait(self, error: Exception) -> None:
        """Slack has to come back first, or said how long to wait."""
        self._failures += 1
        seconds = _retry_after(error) or min(LONGEST_WAIT_S, 2.0 ** min(self._failures - 1, 10))
        self._paused_until = time.monotonic() + seconds
        if self._failures in (1, 10, 100):
            log.warning("Slack is not reached (%s); the next try is in %.0f s", type(error).__name__, seconds)

    def _send(self, letter: Letter) -> None:
        payload = letter.payload
        match letter.kind:
            case "root":
                self._open(letter)
            case "result":
                self._result(letter)
            case "look":
                self._post(letter.channel, letter.thread, self._look(payload))
            case "ephemeral":
                self._client.chat_postEphemeral(
                    channel=letter.channel,
                    user=payload["user"],
                    text=shown(payload["text"]),
                    thread_ts=letter.thread,
                    parse="none",
                    link_names=False,
                )
            case "file":
                self._upload(letter)

    def _open(self, letter: Letter) -> None:
        """The first message of a thread; where the bot may not write, in a direct message to the one who asked."""
        job = self._jobs.job(letter.job) if letter.job is not None else None
        if job is None or job.thread is not None:
            return  # a process that was killed after it opened the thread
        try:
            answer = self._post(letter.channel, None, letter.payload["message"])
        except SlackApiError as error:
            if error.response.get("error") not in _NOT_THERE:
                raise
            answer = self._post(letter.payload["user"], None, letter.payload["message"])
        self._jobs.open_thread(job.id, answer["channel"], answer["ts"])
        self._opened(replace(job, channel=answer["channel"], thread=answer["ts"]))

    def _result(self, letter: Letter) -> None:
        """In the place of the progress message, where there is one. `stays`: its buttons still wait for an answer."""
        job = self._jobs.job(letter.job) if letter.job is not None else None
        text, stays = letter.payload["message"], letter.payload.get("stays", False)
        thread = job.thread if job is not None else letter.thread
        channel = job.channel if job is not None else letter.channel
        if job is not None:
            self._board.clear(job.id)
        if job is not None and job.progress is not None and self._replace(channel, job.progress, text):
            place = job.progress
        else:
            place = self._post(channel, thread, text)["ts"]
        if job is not None:
            self._jobs.shows_progress(job.id, place if stays else None)

    def _edit(self, job_id: int, progress: Message) -> None:
        """Bring one progress message to what it should show."""
        job = self._jobs.job(job_id)
        if job is None or job.thread is None:
            return
        try:
            if job.progress is None or not self._replace(job.channel, job.progress, progress):
                place = self._post(job.channel, job.thread, progress)["ts"]
                self._jobs.shows_progress(job_id, place)
        except SlackApiError as error:
            if not _passes(error):
                log.error("progress of job %d was refused: %s", job_id, error.response.get("error"))
                return
            self._board.not_shown(job_id, too_often=_retry_after(error) is not None)
            self._wait(error)
        except (OSError, HTTPException, SlackClientError) as error:
            self._board.not_shown(job_id, too_often=False)
            self._wait(error)
        else:
            self._failures = 0
            self._board.was_shown()

    def _post(self, channel: str, thread: str | None, text: Message) -> Any:
        try:
            return self._client.chat_postMessage(channel=channel, thread_ts=thread, **text, **QUIET)
        except SlackApiError as error:
            if error.response.get("error") not in _TOO_MUCH:
                raise
            log.error("blocks were refused: %s", error.response.get("error"))
            return self._client.chat_postMessage(
                channel=channel, thread_ts=thread, text=text["text"], **QUIET
            )

    def _replace(self, channel: str, place: str, text: Message) -> bool:
        """Change a message; False where that is not possible any more."""
        try:
            self._client.chat_update(channel=channel, ts=place, **text, parse="none", link_names=False)
        except SlackApiError as error:
            if error.response.get("error") in _GONE | _TOO_MUCH:
                return False
            raise
        return True

    def _look(self, wish: dict[str, Any]) -> Message:
        try:
            return look_message(wish["look"], self._store.card(wish["card"]))
        except StoreError as error:
            return said(str(error))

    def _upload(self, letter: Letter) -> None:
        """The files of an export. A card that has no chart simply gets none."""
        wish = letter.payload
        try:
            files = files_of(wish, self._store)
        except StoreError as error:
            if not wish.get("if_any"):
                self._post(letter.channel, letter.thread, said(str(error)))
            return
        for name, content in files:
            self._client.files_upload_v2(
                channel=letter.channel,
                thread_ts=letter.thread,
                filename=name,
                content=content,
                title=on_one_line(wish.get("title") or name, 200),
                alt_txt=on_one_line(wish.get("title") or name, 200) if name.endswith(".png") else None,
            )


def _passes(error: SlackApiError) -> bool:
    """Whether the same call can go well later."""
    response = error.response
    status = getattr(response, "status_code", 0) or 0
    return status == 429 or status >= 500 or response.get("error") in _LATER


def _retry_after(error: Exception) -> float | None:
    """Seconds that Slack asks to wait."""
    if not isinstance(error, SlackApiError) or getattr(error.response, "status_code", 0) != 429:
        return None
    headers = {
        name.lower(): value for name, value in (getattr(error.response, "headers", None) or {}).items()
    }
    try:
        return max(1.0, float(headers.get("retry-after", 1)))
    except (TypeError, ValueError):
        return 1.0
