"""The data set under inspection."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from agent.settings import Settings
from agent.shelf import Loan
from sessions.context import Context
from sessions.store import Store
from tools.errors import UserError
from tools.progress import Report, silent

if TYPE_CHECKING:
    from tools.data.data_set import DataSet


class DataOnBench:
    """What a conversation has loaded of data. A part of `Workbench`, which has the settings and the store."""

    settings: Settings
    store: Store
    session_id: str
    loan: Loan
    _data: "DataSet | None"
    _loading: threading.RLock

    def data(self, report: Report = silent) -> "DataSet":
        """The data set under inspection, opened at first use. Raises DataError where there is none or it is bad."""
        from tools.data.data_set import DataError
        from tools.data.load import load_data

        with self._loading:
            if self.settings.data is None:
                raise DataError("No data set is loaded.", "Load one: /data FILE, or start with --data FILE.")
            if self._data is None:
                source = self.settings.data
                self._data = self.loan.shared(source, "", lambda: load_data(source, report))
            return self._data

    def use_data(self, name: str, report: Report = silent) -> "DataSet":
        """Open a data set and make it the one under inspection; the old one stays if that fails."""
        from tools.data.load import load_data

        path = Path(name).expanduser()
        source = str(path.resolve()) if path.exists() else name
        data = self.loan.shared(source, "", lambda: load_data(name, report))
        with self._loading:
            self._data = data
            self.settings = self.settings.model_copy(update={"data": source})
        self.store.remember_loaded(self.session_id, {"data": source})
        return data

    def data_context(self, data: "DataSet") -> Context:
        """The context of a card about a data set: no model has a part in it."""
        return Context(kind="data_inspection", data=data.name)

    def columns(self) -> list[str]:
        """The data set's columns; none where it cannot be opened, which is told when it is asked for."""
        if self.settings.data is None:
            return []
        try:
            return list(self.data().columns)
        except UserError:
            return []
