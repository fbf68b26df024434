"""A Slack for tests: what people do in it, as a few words in a test, and what they see."""

import itertools
import re
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.slack_mock.blocks import buttons
from tests.slack_mock.delivery import Delivery, HttpMode
from tests.slack_mock.server import SIGNING_SECRET, Server
from tests.slack_mock.workspace import ANNE, APP, BOT, BOT_ID, GENERAL, TEAM, Message, Workspace

MENTION = f"<@{BOT}>"
USES_OF_A_RESPONSE_URL = 5
_ADDRESS = r"https?://[^\s<>|]*[^\s<>|,.;:!?]"
_NAME = r"\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|ai|dev|md|py|sh)\b"
_LINK = re.compile(f"{_ADDRESS}|{_NAME}", re.IGNORECASE)
"""Slack takes every name that ends like a domain for one; README.md among them."""

Found = TypeVar("Found")


class Slack(Server):
    """A running workspace with the app in it.

    Attributes:
        scopes, events: what the app was installed with; other methods and events are refused or not sent.
    """

    def __init__(self, scopes: Collection[str], events: Collection[str]) -> None:
        super().__init__(Workspace(), scopes)
        self.events = frozenset(events)
        self.told = self._own_words_in_direct_messages
        self._events = itertools.count(1)

    # What people do

    def mention(
        self,
        text: str,
        user: str = ANNE,
        channel: str = GENERAL,
        thread: Message | None = None,
        raw: bool = False,
    ) -> Message:
        """Somebody mentions the bot; with `raw`, the text is already as Slack sends it."""
        written = text if raw else as_sent(text)
        message = self.write(f"{MENTION} {written}", user, channel, thread)
        if "app_mention" in self.events and channel in self.workspace.joined:
            self.send_event({**message.payload(), "type": "app_mention", **_place(message)})
        return message

    def direct_message(
        self, text: str, user: str = ANNE, thread: Message | None = None, raw: bool = False
    ) -> Message:
        """Somebody writes to the bot alone."""
        written = text if raw else as_sent(text)
        message = self.write(written, user, self.workspace.direct(user), thread)
        if "message.im" in self.events:
            self.send_event({**message.payload(), "channel_type": "im", **_place(message)})
        return message

    def write(self, text: str, user: str, channel: str, thread: Message | None = None) -> Message:
        """Somebody writes something that the app is not told of."""
        ts = None if thread is None else thread.thread_ts or thread.ts
        return self.workspace.add(Message(channel, self.workspace.next_ts(), user, text, thread_ts=ts))

    def command(self, text: str, user: str = ANNE, channel: str = GENERAL, raw: bool = False) -> Delivery:
        """Somebody uses the slash command."""
        payload = {
            "token": "deprecated",
            "team_id": TEAM,
            "team_domain": "benchers",
            "channel_id": channel,
            "channel_name": self.workspace.channels.get(channel, "directmessage"),
            "user_id": user,
            "user_name": self.workspace.people.get(user, "somebody"),
            "command": "/benchwright",
            "text": text if raw else as_sent(text),
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self._response_url(channel, user, None),
            "trigger_id": self.workspace.next_id("1."),
        }
        return self.deliver(Delivery("slash_commands", payload))

    def press(self, message: Message, label: str, user: str = ANNE) -> Delivery:
        """Somebody presses the button on which the label stands."""
        found = [
            (block, button)
            for block in message.blocks
            for button in buttons(block)
            if label in (button["text"]["text"], button.get("action_id"))
        ]
        assert len(found) == 1, f"{len(found)} buttons {label!r} among {message.buttons}"
        block, button = found[0]
        return self.deliver(Delivery("interactive", self.pressed(message, block, button, user)))

    def pressed(
        self, message: Message, block: dict[str, Any], button: dict[str, Any], user: str
    ) -> dict[str, Any]:
        """The payload of a press; a forged one is made from it."""
        container: dict[str, Any] = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": message.seen_by is not None,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        action: dict[str, Any] = {
            key: button[key] for key in ("action_id", "text", "value", "type", "style") if key in button
        }
        action |= {"block_id": block.get("block_id", "b"), "action_ts": f"{time.time():.6f}"}
        name = self.workspace.people.get(user, "somebody")
        payload: dict[str, Any] = {
            "type": "block_actions",
            "user": {"id": user, "username": name, "name": name, "team_id": TEAM},
            "api_app_id": APP,
            "token": "deprecated",
            "container": container,
            "trigger_id": self.workspace.next_id("1."),
            "team": {"id": TEAM, "domain": "benchers"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": message.channel, "name": self.workspace.channels.get(message.channel, "dm")},
            "state": {"values": {}},
            "response_url": self._response_url(message.channel, user, message.ts),
            "actions": [action],
        }
        if message.seen_by is None:
            payload["message"] = message.payload()
        return payload

    def send_event(
        self, event: dict[str, Any], event_id: str | None = None, team: str = TEAM, authorized: str = BOT
    ) -> Delivery:
        """Send an event as it stands; with the id of an earlier one, it is the same event."""
        event_id = event_id or f"Ev0{next(self._events):09d}"
        payload = {
            "token": "deprecated",
            "team_id": team,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": authorized,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": "4-mock",
        }
        return self.deliver(Delivery("events_api", payload))

    def again(self, delivery: Delivery) -> Delivery:
        """Send the same thing once more, as Slack does where it missed an acknowledgement."""
        return self.deliver(Delivery(delivery.kind, delivery.payload))

    # What they see

    def wait(self, look: Callable[[], Found | None], what: str, seconds: float = 30) -> Found:
        """The first thing that `look` finds."""
        return self.workspace.wait(look, seconds, what)

    def replies(self, to: Message) -> list[Message]:
        """What the bot wrote in this message's thread, as it stands."""
        thread = self.workspace.thread(to.channel, to.thread_ts or to.ts)
        return [each for each in thread if each.user == BOT]

    def reply(
        self,
        to: Message,
        *words: str,
        seconds: float = 30,
        button: str | None = None,
        file: str | None = None,
        after: int = 0,
    ) -> Message:
        """Wait for a reply with these words, this button, a file whose name ends so; not one of the first `after`."""

        def look() -> Message | None:
            for each in self.replies(to)[after:]:
                text = f"{each.words}\n{each.text}"
                if (
                    all(word.lower() in text.lower() for word in words)
                    and (button is None or button in each.buttons)
                    and (file is None or any(one.name.endswith(file) for one in each.files))
                ):
                    return each
            return None

        return self.wait(look, f"a reply to {to.text!r} with {words} {button or ''}{file or ''}", seconds)

    def acknowledged(self, delivery: Delivery, seconds: float = 10) -> float:
        """Wait for the acknowledgement; how many seconds it took."""
        took = self.wait(lambda: delivery.seconds or None, f"acknowledgement of {delivery.kind}", seconds)
        return float(took)

    def use_http(self, url: str) -> None:
        """Speak to the app at this URL from now on."""
        self.http = HttpMode(url, SIGNING_SECRET, self._settled)

    @property
    def links(self) -> int:
        """WebSockets that are open."""
        return len(self.socket_mode.links)

    def _settled(self, delivery: Delivery) -> None:
        answer = delivery.answer or {}
        if delivery.kind == "slash_commands" and (answer.get("text") or answer.get("blocks")):
            seen_by = None if answer.get("response_type") == "in_channel" else delivery.payload["user_id"]
            message = Message(
                delivery.payload["channel_id"],
                self.workspace.next_ts(),
                BOT,
                str(answer.get("text") or ""),
                list(answer.get("blocks") or []),
                seen_by=seen_by,
                arguments=answer,
                shown_as_ack=True,
            )
            self.workspace.add(message)
        super()._settled(delivery)

    def _response_url(self, channel: str, user: str, ts: str | None) -> str:
        key = self.workspace.next_id("R")
        self.response_urls[key] = (channel, user, ts, USES_OF_A_RESPONSE_URL)
        return f"{self.address}/respond/{key}"

    def _own_words_in_direct_messages(self, message: Message, subtype: str | None) -> None:
        """Slack tells an app of everything in its direct messages, also of what the app wrote itself."""
        if self.http is not None or "message.im" not in self.events or not message.channel.startswith("D"):
            return
        event: dict[str, Any] = {**message.payload(), "channel_type": "im", **_place(message)}
        if subtype in ("message_changed", "message_deleted"):
            changed = {"type": "message", "subtype": subtype, "hidden": True, "ts": self.workspace.next_ts()}
            inner = {"previous_message" if subtype == "message_deleted" else "message": message.payload()}
            event = {**changed, **inner, "channel": message.channel, "channel_type": "im"}
        else:
            event["bot_profile"] = {"id": BOT_ID, "app_id": APP}
        self.send_event(event)


@contextmanager
def running_slack(scopes: Collection[str], events: Collection[str]) -> Iterator[Slack]:
    """A workspace that runs while the block does."""
    slack = Slack(scopes, events)
    slack.start()
    try:
        yield slack
    finally:
        slack.stop()


def as_sent(text: str) -> str:
    """What a person types as Slack sends it: escaped, and with links where Slack sees some."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def linked(match: re.Match[str]) -> str:
        found = match.group()
        return f"<{found}>" if "://" in found else f"<http://{found}|{found}>"

    return _LINK.sub(linked, escaped)


def _place(message: Message) -> dict[str, Any]:
    return {"channel": message.channel, "event_ts": message.ts, "client_msg_id": f"m-{message.ts}"}
