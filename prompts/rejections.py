"""What was written and did not pass the checks: counted by reason, with the texts to be shown on request."""

from collections import Counter

from pydantic import BaseModel, ConfigDict

MOST_KEPT = 50
LONGEST = 500


class RejectedDraft(BaseModel):
    """A prompt or sentence that somebody wrote and that did not pass the checks. Untrusted text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: str
    reason: str


class Rejections:
    """Grows while something is written and checked."""

    def __init__(self) -> None:
        self._counted: Counter[str] = Counter()
        self._kept: list[RejectedDraft] = []

    def add(self, text: str, reason: str) -> None:
        """One more, with its text as long as there is room."""
        self._counted[reason] += 1
        if len(self._kept) < MOST_KEPT:
            self._kept.append(rejected_draft(text, reason))

    @property
    def reasons(self) -> dict[str, int]:
        """How many for which reason, the most frequent first."""
        return dict(self._counted.most_common())

    @property
    def drafts(self) -> tuple[RejectedDraft, ...]:
        """The first MOST_KEPT."""
        return tuple(self._kept)


def rejected_draft(text: str, reason: str) -> RejectedDraft:
    """Its beginning; halves of surrogate pairs, which no file can hold, become visible escapes."""
    return RejectedDraft(prompt=text[:LONGEST].encode(errors="backslashreplace").decode(), reason=reason)
