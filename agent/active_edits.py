"""The committed edits of a session on the model in memory: the ledger says which there should be, this sees to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sessions.ledger import LedgerEntry
from sessions.store import Store
from tools.errors import UserError

if TYPE_CHECKING:
    from sessions.card import EditCard
    from tools.editing.apply import Committed
    from tools.editing.edit import Edit
    from tools.models.language_model import LanguageModel

FOLDER = "edits"
"""In the store's folder: a safetensors file for each committed edit. They outlive their rollback."""


class ActiveEdits:
    """Which edits lie on the loaded model, in order. The ledger is the truth; `sync` brings the model to it."""

    def __init__(self, store: Store, session_id: str, folder: Path) -> None:
        self._store = store
        self._session = session_id
        self.folder = folder / FOLDER
        self.entries: tuple[LedgerEntry, ...] = tuple(store.active_edits(session_id))
        """As last read from the ledger; a status line may look at them at every key press."""
        self.notices: list[str] = []
        """What the user has to be told of edits that came or went without being asked for."""
        self._applied: list[tuple[LedgerEntry, Committed]] = []
        self._taken_off: set[str] = set()
        """Edits that this object took off itself: that they come back is no news."""

    @property
    def last(self) -> LedgerEntry | None:
        """The newest active edit: what "that edit" means."""
        return self.entries[-1] if self.entries else None

    @property
    def statements(self) -> tuple[str, ...]:
        """The active edits, each in a line."""
        return tuple(entry.statement for entry in self.entries)

    def unedited_hash(self, model: "LanguageModel") -> str:
        """Hash of the model's weights below all edits."""
        return self.entries[0].base_hash if self.entries else model.weights_hash

    def applied(self, entry: LedgerEntry) -> "Edit":
        """An active edit as it lies on the model. Raises KeyError for one that does not."""
        return {each.id: committed.edit for each, committed in self._applied}[entry.id]

    def sync(self, model: "LanguageModel") -> None:
        """Bring the model to what the ledger says.

        Edits of this session that another process committed (the session goes on here) are applied again from their
        files; those that were rolled back elsewhere are undone. An edit that cannot be applied again ends with all
        that lie on it, which a notice says.
        """
        wanted = self._store.active_edits(self._session)
        self.entries = tuple(wanted)
        kept = 0
        while kept < min(len(self._applied), len(wanted)) and self._applied[kept][0].id == wanted[kept].id:
            kept += 1
        while len(self._applied) > kept:
            self._applied[-1][1].undo()
            self._applied.pop()
        for index, entry in enumerate(wanted[kept:], start=kept):
            try:
                self._applied.append((entry, _applied_again(model, entry)))
            except UserError as error:
                self._not_applied(wanted[index:], error)
                break
            if entry.id in self._taken_off:
                continue
            self.notices.append(
                f"Applied again, as this session left it: {entry.statement} "
                f"(weights {entry.edited_hash[:12]}, proven by hash)."
            )

    def enter(self, entry: LedgerEntry, committed: "Committed", card: "EditCard") -> None:
        """Enter an edit that is on the model already, with its card, both or neither. Raises StoreError."""
        self._store.commit_edit(entry, card, self.entries)
        self._applied.append((entry, committed))
        self.entries = (*self.entries, entry)

    def roll_back(self, model: "LanguageModel", *, every: bool) -> tuple[LedgerEntry, ...]:
        """Take off the last edit, or every one; returns them, the newest first.

        Raises StoreError, and EditError where the weights are not proven to be what they were.
        """
        from tools.editing.edit import EditError

        self.sync(model)
        leaving = self.entries[::-1] if every else self.entries[-1:]
        # The ledger first: a process that is killed in between loads the model without them.
        self._store.end_edits(leaving, "rolled back", "by request")
        self.sync(model)
        if leaving and model.weights_hash != leaving[-1].base_hash:
            raise EditError(
                f"The weights are {model.weights_hash[:12]} and not {leaving[-1].base_hash[:12]}, as they were.",
                "Load the model again.",
            )
        return leaving

    @contextmanager
    def lifted(self, model: "LanguageModel") -> Iterator[None]:
        """Inside, the model is as it was before all edits; afterwards it has them again, proven by hash."""
        from tools.editing.apply import before_edit

        self.sync(model)
        if not self._applied:
            yield
            return
        entries = self.entries
        with before_edit(model, self._applied[0][1].edit):
            self.entries = ()
            try:
                yield
            finally:
                self.entries = entries

    def unload(self) -> None:
        """The model leaves memory for a while; when it comes back, `sync` applies the edits again."""
        self._applied = []

    def take_off(self) -> None:
        """Others have the model for a while, as it was loaded; `sync` puts the edits on it again without a word.

        Raises EditError where the weights are not proven to be what they were.
        """
        while self._applied:
            self._applied[-1][1].undo()
            self._taken_off.add(self._applied.pop()[0].id)

    def end(self, reason: str) -> None:
        """Another model takes the place of the edited one. Raises StoreError."""
        ended = self._store.active_edits(self._session)
        self._store.end_edits(ended, "ended", reason)
        self._applied, self.entries = [], ()
        if ended:
            self.notices.append(
                f"{_counted(ended)} ended with the model before: {_statements(ended)}. {_kept(ended)}"
            )

    def _not_applied(self, entries: list[LedgerEntry], error: UserError) -> None:
        self._store.end_edits(entries, "ended", error.message)
        self.entries = self.entries[: -len(entries)]
        self.notices.append(
            f"{_counted(entries)} of this session could not be applied again: {_statements(entries)}. "
            f"{error.message} {_kept(entries)}"
        )


def _counted(entries: list[LedgerEntry]) -> str:
    return "1 edit" if len(entries) == 1 else f"{len(entries)} edits"


def _statements(entries: list[LedgerEntry]) -> str:
    return "; ".join(entry.statement for entry in entries)


def _kept(entries: list[LedgerEntry]) -> str:
    return (
        f"On the same weights, this brings it back: {', '.join(f'/edit {entry.file}' for entry in entries)}"
    )


def _applied_again(model: "LanguageModel", entry: LedgerEntry) -> "Committed":
    """The edit of a ledger entry on the model, proven to give the same weights. Raises EditError."""
    from tools.editing.apply import commit
    from tools.editing.edit import EditError
    from tools.editing.files import load_edit

    committed = commit(model, load_edit(Path(entry.file)))
    if committed.edit.edited_hash != entry.edited_hash:
        committed.undo()
        raise EditError(
            f"The weights with it would be {(committed.edit.edited_hash or '')[:12]} and not, as committed, "
            f"{entry.edited_hash[:12]}.",
            "Make the edit anew.",
        )
    return committed
