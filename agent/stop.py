"""The stop switch: lets a door end the work under way, within one forward pass."""

import threading

from tools.errors import Stopped


class StopSwitch:
    """Set by a door (Ctrl-C, "stop"), checked by every progress report."""

    def __init__(self) -> None:
        self._pressed = threading.Event()

    def press(self) -> None:
        """Ask the work under way to end."""
        self._pressed.set()

    def reset(self) -> None:
        """Make ready for the next request."""
        self._pressed.clear()

    @property
    def pressed(self) -> bool:
        """Whether the work under way has been asked to end."""
        return self._pressed.is_set()

    def check(self) -> None:
        """Raise Stopped where the switch was pressed."""
        if self.pressed:
            raise Stopped
