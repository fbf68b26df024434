"""The terminal chat: a prompt at once, answers as Rich panels; a piped standard input is a line a turn."""

import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from agent.doors.edit_view import edits_table
from agent.doors.interrupts import stop_on_interrupt
from agent.doors.panels import panel, probes, worst
from agent.doors.rendering import Renderer
from agent.doors.slash import COMMANDS, Local, parse
from agent.events import Event, Failed
from agent.opening import open_conversation
from agent.settings import Settings
from sessions.visible import visible
from tools.errors import UserError
from tools.progress import silent

if TYPE_CHECKING:
    from agent.conversation import Conversation

RECENT = 6
"""Messages shown when a session is picked up again."""
GREETING = "Benchwright: ask how good the loaded model is. /help shows what can be asked, Ctrl-D leaves."


def run_chat(settings: Settings, session_id: str | None = None) -> int:
    """Chat until the input ends. Returns the exit code: 1 where a turn of a piped input failed."""
    console = Console(highlight=False)
    chat = _Chat(settings, session_id, console)
    try:
        if session_id is not None:
            chat.pick_up()
        return chat.interactive() if sys.stdin.isatty() else chat.piped(sys.stdin)
    except UserError as error:
        console.print(Text(visible(str(error)), style="red"))
        return 1


class _Chat:
    """One chat. The conversation, and with it all heavy imports, is opened behind the prompt."""

    def __init__(self, settings: Settings, session_id: str | None, console: Console) -> None:
        self.settings = settings
        self.session_id = session_id
        self.console = console
        self.failed = False
        self._conversation: Conversation | None = None
        self._opening = threading.Lock()

    def conversation(self) -> "Conversation":
        """The open conversation. Raises UserError where it cannot be opened."""
        with self._opening:
            if self._conversation is None:
                self._conversation = open_conversation(self.settings, self.session_id)
            return self._conversation

    def pick_up(self) -> None:
        """Show where an earlier session was, and go on with a request that was cut off. Raises UserError."""
        conversation = self.conversation()
        for message in conversation.store.messages(conversation.session_id)[-RECENT:]:
            if message.card_id is not None:
                self.console.print(panel(conversation.store.card(message.card_id)))
            else:
                mark = "> " if message.role == "user" else ""
                self.console.print(Text(mark + visible(message.text), style="dim"))
        if conversation.was_interrupted:
            self.console.print(Text("The last request was cut off; going on with it.", style="bold"))
            self._show(conversation.go_on(), conversation)

    def piped(self, lines: Iterator[str]) -> int:
        """Answer a line at a time."""
        for line in lines:
            if line.strip():
                self.console.print(Text(f"> {visible(line.strip())}", style="bold"))
                if not self._turn(line.strip()):
                    break
        return int(self.failed)

    def interactive(self) -> int:
        """Prompt, answer, until Ctrl-D or /quit."""
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import WordCompleter
        from prompt_toolkit.history import FileHistory

        self.settings.store_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.console.print(Text(GREETING, style="dim"))
        session: PromptSession[str] = PromptSession(
            history=FileHistory(str(self.settings.store_folder / "history")),
            completer=WordCompleter(list(COMMANDS), meta_dict=COMMANDS, sentence=True),
            bottom_toolbar=self._status,
        )
        warm_up = threading.Thread(target=self._warm_up, daemon=True)
        first = True
        while True:
            try:
                line = session.prompt("> ", pre_run=warm_up.start if first else None)
            except KeyboardInterrupt:
                first = False
                continue
            except EOFError:
                break
            first = False
            if line.strip() and not self._turn(line.strip()):
                break
        if self._conversation is not None:
            self.console.print(Text(f"benchwright resume {self._conversation.session_id}", style="dim"))
        return 0

    def _warm_up(self) -> None:
        """Heavy imports, the session and the model, while the user is typing."""
        with suppress(UserError):  # told at the turn that needs what failed
            self.conversation().bench.subject()

    def _status(self) -> str:
        if self._conversation is None:
            return "opening ..."
        # Drawn at every key press, so nothing is read from the store here.
        bench = self._conversation.bench
        n_edits = len(bench.edits.entries)
        edits = [f"{n_edits} edit{'s' if n_edits > 1 else ''}"] if n_edits else []
        kind = bench.context_kind.replace("_", " ")
        return " · ".join([bench.model_name, *edits, kind, self._conversation.session_id])

    def _turn(self, line: str) -> bool:
        """Answer one line; False where the chat is over."""
        try:
            conversation = self.conversation()
            wish = parse(line) if line.startswith("/") else line
            if isinstance(wish, Local):
                return self._local(wish, conversation)
            self._show(conversation.send(wish), conversation)
        except UserError as error:
            self._show(iter([Failed(error.message, error.next_step)]), None)
        return True

    def _show(self, events: Iterator[Event], conversation: "Conversation | None") -> None:
        renderer = Renderer(self.console)
        try:
            with stop_on_interrupt(conversation.stop if conversation is not None else lambda: None):
                for event in events:
                    renderer.show(event)
        finally:
            renderer.quiet()
        self.failed |= renderer.failed

    def _local(self, command: Local, conversation: "Conversation") -> bool:
        """A command that needs no plan; False for /quit."""
        if command.name == "quit":
            return False
        if command.name == "labels":
            from agent.feature_labels import import_labels

            self._show(import_labels(conversation.bench, command.argument or "", silent), conversation)
            return True
        if command.name == "edits":
            self.console.print(edits_table(conversation.store.edits(conversation.session_id)))
            return True
        if command.name == "probes":
            self.console.print(probes(conversation.card(), command.argument))
            return True
        card = conversation.card(command.argument)
        self.console.print(panel(card) if command.name == "card" else worst(card))
        return True
