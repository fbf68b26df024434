"""The shelf: what the conversations of one process have loaded, each thing once.

Files that have changed since are loaded anew.
"""

import threading
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from agent.settings import Settings

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

MOST_MODELS = 2
"""Models that stay in memory while nobody uses them."""
MOST_SHARED = 4
"""SAEs and data sets that stay."""
Thing = TypeVar("Thing")


class Shelf:
    """Models by what they were loaded from. One user at a time: whoever takes a model has it alone until it is back.

    A model comes back with its weights as they were loaded; one that does not is forgotten.
    """

    def __init__(self) -> None:
        self._models: dict[Hashable, tuple[LanguageModel, str]] = {}
        """With the hash of the weights as they were loaded."""
        self._shared: dict[Hashable, Any] = {}
        self._taken: set[Hashable] = set()
        self._lock = threading.Lock()

    def take(self, key: Hashable, load: "Callable[[], LanguageModel]") -> "LanguageModel | None":
        """The model of this key, loaded where it is not here; None where another user has it."""
        with self._lock:
            if key in self._taken:
                return None
            self._taken.add(key)
            found = self._models.pop(key, None)
        try:
            if found is None:
                model = load()
                found = model, model.weights_hash
        except BaseException:
            with self._lock:
                self._taken.discard(key)
            raise
        with self._lock:
            self._models[key] = found  # the newest stands last
        return found[0]

    def give_back(self, key: Hashable) -> None:
        """Whoever had the model needs it no more. One whose weights are not as they were loaded is forgotten."""
        with self._lock:
            found = self._models.get(key)
        if found is not None and found[0].weights_hash != found[1]:
            self.forget(key)
        with self._lock:
            self._taken.discard(key)
            free = [each for each in self._models if each not in self._taken]
            for oldest in free[: max(0, len(free) - MOST_MODELS)]:
                del self._models[oldest]

    def forget(self, key: Hashable) -> None:
        """Let go of a model: its memory is needed, or its weights are in doubt."""
        with self._lock:
            self._models.pop(key, None)
            self._taken.discard(key)

    def shared(self, key: Hashable, load: Callable[[], Thing]) -> Thing:
        """What nothing changes, an SAE or a data set, for all at once."""
        with self._lock:
            found = self._shared.pop(key, None)
        if found is None:
            found = load()
        with self._lock:
            self._shared[key] = found
            for oldest in list(self._shared)[:-MOST_SHARED]:
                del self._shared[oldest]
        thing: Thing = found
        return thing


class Loan:
    """What one conversation has from a shelf; without one, or where another has it, all is loaded for it alone."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = shelf
        self._taken: dict[Hashable, LanguageModel] = {}

    def model(self, settings: Settings, name: str, load: Callable[[], Any]) -> Any:
        """A model by the name that it is loaded by; one that is measured over the network stands on no shelf."""
        from tools.models.remote import is_address

        if is_address(name):
            return load()
        return self._take((model_key(settings, name), _stamp(name)), load)

    def checkpoint(
        self, settings: Settings, training_run: str, step: int, load: "Callable[[], LanguageModel]"
    ) -> "LanguageModel":
        """A step of a training run."""
        return self._take(("step", training_run, step, settings.dtype, settings.device), load)

    def shared(self, name: str, device: str, load: Callable[[], Thing]) -> Thing:
        """An SAE or a data set by the name that it is loaded by; a data set is on no device."""
        return load() if self._shelf is None else self._shelf.shared((name, device, _stamp(name)), load)

    def forget(self, model: Any) -> None:
        """The model leaves memory."""
        for key in [key for key, one in self._taken.items() if one is model]:
            del self._taken[key]
            if self._shelf is not None:
                self._shelf.forget(key)

    def end(self) -> None:
        """Give everything back."""
        taken, self._taken = list(self._taken), {}
        for key in taken:
            if self._shelf is not None:
                self._shelf.give_back(key)

    def _take(self, key: Hashable, load: "Callable[[], LanguageModel]") -> "LanguageModel":
        found = self._shelf.take(key, load) if self._shelf is not None else None
        if found is None:
            return load()
        self._taken[key] = found
        return found


def model_key(settings: Settings, name: str) -> Hashable:
    """What a model is loaded from: two with the same key are the same."""
    revision = settings.revision if name == settings.model else None
    return (name, revision, settings.dtype, settings.device, settings.trust_remote_code)


def _stamp(name: str) -> Hashable:
    """When the files behind a name were written, and how large they are; None for what is no file or folder."""
    path = Path(name).expanduser()
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    except OSError:
        return None
