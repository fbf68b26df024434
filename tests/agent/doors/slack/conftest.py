"""The real `benchwright slack` in a process of its own, with a tiny model whose every answer is hostile to Slack."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from tests.ending import DIAGNOSED, exit_code
from tests.slack_mock.blocks import texts
from tests.slack_mock.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from tests.slack_mock.slack import Slack, running_slack
from tests.slack_mock.workspace import ADMIN, BOT, Message

ROOT = Path(__file__).parents[4]
SECRETS = (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET)
HOSTILE = (
    "<!channel>",
    "<@U0ANNE>",
    "```",
    "<http://evil.example|here>",
    "\u202egnirts",
    "\x07",
    "&lt;!here&gt;",
    "*",
)
"""What the model says, between bytes at random."""
STARTED_S = 150.0
"""The process imports for seconds, and machines of CI are busy."""


@pytest.fixture(scope="session")
def hostile_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny seeded model that likes to say what would harm a reader in Slack."""
    import torch

    from tests.conftest import make_model, make_tokenizer

    tokenizer, model = make_tokenizer(), make_model("llama")
    tokenizer.add_tokens(list(HOSTILE))
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(1)
        model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
        model.lm_head.weight[-len(HOSTILE) :] = 1.2 * torch.randn(len(HOSTILE), 32)
    return _saved(tmp_path_factory.mktemp("models") / "hostile", model, tokenizer)


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with another tiny model."""
    from tests.conftest import make_model, make_tokenizer

    return _saved(tmp_path_factory.mktemp("models") / "other", make_model("qwen2"), make_tokenizer())


def _saved(folder: Path, model: Any, tokenizer: Any) -> Path:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def manifest() -> dict[str, Any]:
    """What the app is installed with."""
    written: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "slack" / "manifest.yaml").read_text())
    return written


@contextmanager
def workspace() -> Iterator[Slack]:
    """A workspace where the app is installed by its manifest: no further scopes, no further events."""
    app = manifest()
    events = app["settings"]["event_subscriptions"]["bot_events"]
    with running_slack(app["oauth_config"]["scopes"]["bot"], events) as slack:
        yield slack


class Bot:
    """The process, its store, and what it printed."""

    def __init__(self, slack: Slack, folder: Path, model: Path, **settings: str) -> None:
        self.slack = slack
        self.folder = folder
        self.store = folder / "store"
        self.printed = folder / "printed.txt"
        self._command = [sys.executable, "-m", "agent", "slack", "--model", str(model)]
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("BENCHWRIGHT_", "SLACK_"))
        }
        self._environment = {
            **inherited,
            **DIAGNOSED,
            "OMP_NUM_THREADS": "1",
            "HF_HUB_OFFLINE": "1",
            "PYTHONPATH": str(ROOT),
            "BENCHWRIGHT_DATA": str(self.store),
            "BENCHWRIGHT_CACHE": os.environ.get("BENCHWRIGHT_CACHE", str(folder / "cache")),
            "BENCHWRIGHT_SLACK_API_URL": slack.api_url,
            "BENCHWRIGHT_SLACK_ADMINS": ADMIN,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, wait: bool = True) -> None:
        """Start it; in Socket Mode, wait until it is there."""
        before = self.slack.socket_mode.connections
        with self.printed.open("ab") as output:
            self.process = subprocess.Popen(
                self._command, cwd=self.folder, env=self._environment, stdout=output, stderr=subprocess.STDOUT
            )
        if wait:
            self.slack.wait(
                lambda: (self.slack.links and self.slack.socket_mode.connections > before) or self._died(),
                "the bot's WebSocket",
                STARTED_S,
            )

    def _died(self) -> bool:
        assert self.process is None or self.process.poll() is None, self.printed.read_text()
        return False

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.slack.wait(lambda: self.slack.links == 0, "the WebSocket's end", 10)

    def log(self) -> str:
        """Its log file."""
        file = self.store / "benchwright.log"
        return file.read_text() if file.exists() else ""

    def end(self) -> int:
        """Ask it to end, as a service manager does; the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return exit_code(self.process, 30, self.printed.read_text)

    @property
    def memory(self) -> int:
        """Bytes of it in memory."""
        assert self.process is not None
        return int(psutil.Process(self.process.pid).memory_info().rss)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the store, read beside the bot; none before there is a store."""
        file = self.store / "benchwright.sqlite"
        if not file.exists():
            return []
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    def write(self, statement: str, *values: object) -> None:
        """Change the store behind the bot's back."""
        with (
            closing(sqlite3.connect(self.store / "benchwright.sqlite", timeout=10)) as connection,
            connection,
        ):
            connection.execute(statement, values)

    def session_of(self, message: Message) -> str:
        """The session of the message's thread."""
        ((session,),) = self.rows(
            "SELECT session FROM slack_threads WHERE channel = ? AND thread = ?",
            message.channel,
            message.thread_ts or message.ts,
        )
        return str(session)

    def credits(self) -> int:
        """Cases that were scored so far, in all sessions."""
        rows = self.rows("SELECT count(*) FROM credits")
        return int(rows[0][0]) if rows else 0

    def wait_for_credits(self, more_than: int = 0, seconds: float = 60) -> int:
        """Wait until cases were scored."""
        until = time.monotonic() + seconds
        while self.credits() <= more_than:
            assert time.monotonic() < until, self.slack.workspace.transcript()
            time.sleep(0.05)
        return self.credits()


@contextmanager
def running_bot(slack: Slack, folder: Path, model: Path, **settings: str) -> Iterator[Bot]:
    """A bot that runs while the block does."""
    bot = Bot(slack, folder, model, **settings)
    bot.start(wait=settings.get("BENCHWRIGHT_SLACK_MODE") != "http")
    try:
        yield bot
    finally:
        bot.end()


_MARKUP = re.compile(r"<[^<>\n]*>")
"""What Slack makes a mention, a link or a command of, unless `<` is written `&lt;`."""
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def harm(message: Message) -> list[str]:
    """What in a message of the bot would ping somebody, link somewhere, break out of a fence or hide itself."""
    found: list[str] = []
    for text in (message.text, *_strings(message.blocks)):
        found += _MARKUP.findall(text)
        found += [hex(ord(each)) for each in _UNSEEN.findall(text)]
        if text.count("```") not in (0, 2):
            found.append("an open fence")
    for each in texts(message.blocks):
        if (
            each["type"] == "mrkdwn"
            and not each.get("verbatim")
            and re.search(r"https?://|\b@\w", each["text"])
        ):
            found.append("text in which Slack looks for links and names")
    if message.text and message.arguments and not message.files and not message.shown_as_ack:
        said = message.arguments
        if said.get("parse") != "none" or said.get("link_names"):
            found.append("a text in which Slack looks for links and names")
    if message.states and message.seen_by is None and len(message.states) == 1 and not message.files:
        found += [key for key in ("unfurl_links", "unfurl_media") if message.arguments.get(key) is not False]
    return found


def _strings(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("text", "alt_text") and isinstance(value, str):
                yield value
            else:
                yield from _strings(value)
    elif isinstance(part, list):
        for inner in part:
            yield from _strings(inner)


def leaks(bot: Bot) -> list[str]:
    """Where one of the tokens can be read that should be nowhere."""
    places = [
        str(file)
        for file in [*bot.store.rglob("*"), bot.printed]
        if file.is_file() and any(secret.encode() in file.read_bytes() for secret in SECRETS)
    ]
    for message in bot.slack.workspace.messages:
        if message.user == BOT and any(secret in message.ever + str(message.arguments) for secret in SECRETS):
            places.append(f"message {message.words[:100]!r}")
    for file in bot.slack.workspace.files.values():
        if file.content is not None and any(secret.encode() in file.content for secret in SECRETS):
            places.append(f"upload {file.name}")
    return places
