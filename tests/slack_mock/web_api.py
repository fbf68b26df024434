"""Slack's Web API over a workspace: the methods that a bot of this kind calls, with the errors that Slack gives."""

import json
from collections.abc import Callable, Collection
from typing import Any

from tests.slack_mock.blocks import BadBlocksError, check_blocks
from tests.slack_mock.workspace import APP, BOT, BOT_ID, TEAM, File, Message, Workspace

LONGEST_TEXT = 40_000
LARGEST_FILE = 1_000_000_000

Arguments = dict[str, Any]


class SlackError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer = {"ok": False, "error": error, **more}


class WebApi:
    """Answers method by method. `posted` is told of what the bot writes, as the Events API is."""

    def __init__(
        self,
        workspace: Workspace,
        bot_token: str,
        app_token: str,
        scopes: Collection[str],
        base_url: Callable[[], str],
        share: Callable[[Message], None],
        posted: Callable[[Message, str | None], None],
    ) -> None:
        self.workspace = workspace
        self.bot_token, self.app_token = bot_token, app_token
        self.scopes = frozenset(scopes)
        self._base_url = base_url
        self._share = share
        self._posted = posted
        self.tickets: set[str] = set()
        """Socket Mode addresses that were given out and not used."""
        self._methods: dict[
            str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Arguments], Arguments]]
        ] = {
            # name: (any of these scopes is enough, required arguments, what it does)
            "api.test": ((), (), lambda arguments: {}),
            "auth.test": ((), (), self._auth_test),
            "apps.connections.open": ((), (), self._open_connection),
            "chat.postMessage": (("chat:write",), ("channel",), self._post),
            "chat.postEphemeral": (("chat:write",), ("channel", "user"), self._post_ephemeral),
            "chat.update": (("chat:write",), ("channel", "ts"), self._update),
            "chat.delete": (("chat:write",), ("channel", "ts"), self._delete),
            "conversations.open": (("im:write", "mpim:write"), ("users",), self._open_direct),
            "conversations.info": (
                ("channels:read", "groups:read", "im:read"),
                ("channel",),
                self._channel_info,
            ),
            "conversations.replies": (
                ("channels:history", "groups:history", "im:history"),
                ("channel", "ts"),
                self._replies,
            ),
            "users.info": (("users:read",), ("user",), self._user_info),
            "reactions.add": (("reactions:write",), ("channel", "name", "timestamp"), self._react),
            "files.getUploadURLExternal": (("files:write",), ("filename", "length"), self._upload_url),
            "files.completeUploadExternal": (("files:write",), ("files",), self._complete_upload),
        }

    def answer(self, method: str, token: str | None, arguments: Arguments) -> Arguments:
        """What Slack answers to a call; never raises."""
        try:
            return {"ok": True, **self._answer(method, token, arguments)}
        except SlackError as error:
            return error.answer

    def _answer(self, method: str, token: str | None, arguments: Arguments) -> Arguments:
        if method not in self._methods:
            raise SlackError("unknown_method", req_method=method)
        scopes, required, do = self._methods[method]
        self._check_token(method, token)
        if scopes and self.scopes.isdisjoint(scopes):
            raise SlackError("missing_scope", needed=scopes[0], provided=",".join(sorted(self.scopes)))
        for name in required:
            if arguments.get(name) in (None, ""):
                raise SlackError(
                    "invalid_arguments",
                    response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
                )
        with self.workspace.changed:
            return do(arguments)

    def _check_token(self, method: str, token: str | None) -> None:
        if not token:
            raise SlackError("not_authed")
        if method == "api.test":
            return
        right, other = self.bot_token, self.app_token
        if method == "apps.connections.open":
            right, other = other, right
        if token == other:
            raise SlackError("not_allowed_token_type")
        if token != right:
            raise SlackError("invalid_auth")

    def _auth_test(self, arguments: Arguments) -> Arguments:
        return {
            "url": f"{self._base_url()}/",
            "team": "Benchers",
            "user": "benchwright",
            "team_id": TEAM,
            "user_id": BOT,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def _open_connection(self, arguments: Arguments) -> Arguments:
        ticket = self.workspace.next_id("W")
        self.tickets.add(ticket)
        address = self._base_url().replace("http:", "ws:")
        return {"url": f"{address}/link/?ticket={ticket}&app_id={APP}"}

    def _writable(self, channel: str) -> None:
        """Raise where the bot cannot write into this channel."""
        if not self.workspace.known(channel):
            raise SlackError("channel_not_found")
        if channel in self.workspace.channels and channel not in self.workspace.joined:
            raise SlackError("not_in_channel")

    def _content(self, arguments: Arguments) -> tuple[str, list[dict[str, Any]]]:
        text = arguments.get("text") or ""
        blocks = _parsed(arguments.get("blocks") or [])
        if not isinstance(text, str):
            raise SlackError("invalid_arguments")
        if not text and not blocks:
            raise SlackError("no_text")
        if len(text) > LONGEST_TEXT:
            raise SlackError("msg_too_long")
        try:
            check_blocks(blocks)
        except BadBlocksError as bad:
            messages = [f"[ERROR] {bad.details}"]
            raise SlackError(bad.error, errors=messages, response_metadata={"messages": messages}) from bad
        for block in blocks:
            if block["type"] == "image" and "slack_file" in block:
                file = self.workspace.files.get(block["slack_file"].get("id", ""))
                if file is None or file.content is None:
                    raise SlackError("invalid_blocks", errors=["[ERROR] invalid slack file"])
            block.setdefault("block_id", self.workspace.next_id("b"))
        return text, blocks

    def _thread_of(self, channel: str, arguments: Arguments) -> str | None:
        """The thread's first message; a reply's own time stamp is no place for a reply."""
        ts = arguments.get("thread_ts")
        if not ts:
            return None
        parent = self.workspace.message(channel, str(ts))
        if parent is None or parent.thread_ts not in (None, parent.ts):
            raise SlackError("thread_not_found")
        return str(ts)

    def _post(self, arguments: Arguments) -> Arguments:
        channel = str(arguments["channel"])
        if channel in self.workspace.people:
            channel = self.workspace.direct(channel)
        self._writable(channel)
        text, blocks = self._content(arguments)
        thread = self._thread_of(channel, arguments)
        message = self.workspace.add(
            Message(channel, self.workspace.next_ts(), BOT, text, blocks, thread, arguments=arguments)
        )
        self._posted(message, None)
        return {"channel": channel, "ts": message.ts, "message": message.payload()}

    def _post_ephemeral(self, arguments: Arguments) -> Arguments:
        channel, user = str(arguments["channel"]), str(arguments["user"])
        self._writable(channel)
        if user not in self.workspace.people:
            raise SlackError("user_not_in_channel")
        text, blocks = self._content(arguments)
        thread = self._thread_of(channel, arguments)
        ts = self.workspace.next_ts()
        message = Message(channel, ts, BOT, text, blocks, thread, seen_by=user, arguments=arguments)
        self.workspace.add(message)
        return {"message_ts": ts}

    def respond(self, channel: str, user: str, ts: str | None, arguments: Arguments) -> Arguments:
        """A post to a response URL, which needs neither a token nor membership of the channel."""
        try:
            with self.workspace.changed:
                original = self.workspace.message(channel, ts) if ts is not None else None
                if arguments.get("delete_original") and original is not None:
                    return {"ok": True, **self._delete({"channel": channel, "ts": ts})}
                if arguments.get("replace_original") and original is not None:
                    return {"ok": True, **self._update({**arguments, "channel": channel, "ts": ts})}
                text, blocks = self._content(arguments)
                seen_by = None if arguments.get("response_type") == "in_channel" else user
                thread = self._thread_of(channel, arguments)
                stamp = self.workspace.next_ts()
                message = Message(
                    channel, stamp, BOT, text, blocks, thread, seen_by=seen_by, arguments=arguments
                )
                self.workspace.add(message)
                return {"ok": True}
        except SlackError as error:
            return error.answer

    def _own(self, channel: str, ts: str, otherwise: str) -> Message:
        if not self.workspace.known(channel):
            raise SlackError("channel_not_found")
        message = self.workspace.message(channel, ts)
        if message is None:
            raise SlackError("message_not_found")
        if message.user != BOT:
            raise SlackError(otherwise)
        return message

    def _update(self, arguments: Arguments) -> Arguments:
        channel, ts = str(arguments["channel"]), str(arguments["ts"])
        message = self._own(channel, ts, "cant_update_message")
        text, blocks = self._content(arguments)
        # A text without blocks takes the blocks away; blocks without a text leave the text.
        message.text = text or message.text
        message.blocks = blocks
        message.arguments = arguments
        self.workspace.add_state(message)
        self._posted(message, "message_changed")
        return {"channel": channel, "ts": ts, "text": message.text, "message": message.payload()}

    def _delete(self, arguments: Arguments) -> Arguments:
        channel, ts = str(arguments["channel"]), str(arguments["ts"])
        message = self._own(channel, ts, "cant_delete_message")
        message.deleted = True
        self.workspace.changed.notify_all()
        self._posted(message, "message_deleted")
        return {"channel": channel, "ts": ts}

    def _open_direct(self, arguments: Arguments) -> Arguments:
        user = str(arguments["users"])
        if user not in self.workspace.people:
            raise SlackError("user_not_found")
        return {"channel": {"id": self.workspace.direct(user)}}

    def _channel_info(self, arguments: Arguments) -> Arguments:
        channel = str(arguments["channel"])
        if not self.workspace.known(channel):
            raise SlackError("channel_not_found")
        direct = channel not in self.workspace.channels
        name = {} if direct else {"name": self.workspace.channels[channel]}
        joined = channel in self.workspace.joined
        return {"channel": {"id": channel, "is_im": direct, "is_member": direct or joined, **name}}

    def _replies(self, arguments: Arguments) -> Arguments:
        channel, ts = str(arguments["channel"]), str(arguments["ts"])
        if not self.workspace.known(channel):
            raise SlackError("channel_not_found")
        if self.workspace.message(channel, ts) is None:
            raise SlackError("thread_not_found")
        thread = [each.payload() for each in self.workspace.thread(channel, ts) if each.seen_by is None]
        most = min(int(arguments.get("limit") or 1000), 1000)
        return {"messages": thread[:most], "has_more": len(thread) > most}

    def _user_info(self, arguments: Arguments) -> Arguments:
        user = str(arguments["user"])
        if user not in self.workspace.people:
            raise SlackError("user_not_found")
        return {"user": {"id": user, "team_id": TEAM, "name": self.workspace.people[user], "deleted": False}}

    def _react(self, arguments: Arguments) -> Arguments:
        message = self.workspace.message(str(arguments["channel"]), str(arguments["timestamp"]))
        if message is None:
            raise SlackError("message_not_found")
        if arguments["name"] in message.reactions:
            raise SlackError("already_reacted")
        message.reactions.append(str(arguments["name"]))
        self.workspace.changed.notify_all()
        return {}

    def _upload_url(self, arguments: Arguments) -> Arguments:
        try:
            length = int(arguments["length"])
        except ValueError:
            raise SlackError("invalid_arguments") from None
        if not 0 < length <= LARGEST_FILE:
            raise SlackError("file_upload_size_restricted")
        file = File(self.workspace.next_id("F"), str(arguments["filename"]), length)
        file.alt_text = arguments.get("alt_txt")
        self.workspace.files[file.id] = file
        return {"upload_url": f"{self._base_url()}/upload/v1/{file.id}", "file_id": file.id}

    def receive_upload(self, file_id: str, content: bytes) -> bool:
        """The second step of an upload; whether it was taken."""
        with self.workspace.changed:
            file = self.workspace.files.get(file_id)
            if file is None or file.content is not None or len(content) != file.length:
                return False
            file.content = content
            return True

    def _complete_upload(self, arguments: Arguments) -> Arguments:
        listed = _parsed(arguments["files"])
        channel = arguments.get("channel_id")
        if not isinstance(listed, list) or not listed:
            raise SlackError("invalid_arguments")
        files = []
        for each in listed:
            file = self.workspace.files.get(each.get("id", ""))
            if file is None or file.content is None or file.shared:
                raise SlackError("file_not_found")
            file.title = each.get("title")
            files.append(file)
        if channel is not None:
            self._writable(str(channel))
            thread = self._thread_of(str(channel), arguments)
            text = str(arguments.get("initial_comment") or "")
            message = Message(str(channel), "", BOT, text, [], thread, files, arguments=arguments)
            self._share(message)
        for file in files:
            file.shared = channel is not None
        return {"files": [file.payload() for file in files]}


def _parsed(value: Any) -> Any:
    """A list; where it came as form data, it is JSON in a string."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError("invalid_json") from None
