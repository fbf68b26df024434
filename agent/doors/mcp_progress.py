"""Progress over several tasks as one number that only rises, which is what MCP asks for."""

from tools.progress import Progress

LEAST = 0.001


class Rising:
    """Adds the tasks of one request up: each begins where the one before it ended."""

    def __init__(self) -> None:
        self._task: str | None = None
        self._begun_at = 0.0
        self._last = 0.0

    def __call__(self, progress: Progress) -> tuple[float, float | None]:
        """How far the request is, and the end as far as it is known; the number is higher than any before."""
        if progress.task != self._task:
            self._task, self._begun_at = progress.task, self._last
        self._last = max(self._begun_at + progress.done, self._last + LEAST)
        if progress.total is None:
            return self._last, None
        return self._last, max(self._begun_at + progress.total, self._last)
