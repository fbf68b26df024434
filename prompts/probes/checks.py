"""What a probe must meet before a model reads it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable

from prompts.rejections import Rejections
from tools.editing.probes import Axis, Probe
from tools.editing.request import EditRequest
from tools.errors import UserError

LONGEST_NAME = 200
"""Characters of a subject or target; anything longer is not a name."""
LONGEST_PROBE = 1_000
NAMES_THE_SUBJECT: frozenset[Axis] = frozenset(
    {
        *(
            "direct",
            "paraphrase",
            "implied",
            "rewording",
            "same_subject",
            "long_form",
            "multi_hop",
            "inference",
        ),
        *("active", "passive", "question", "fill_in", "sub_clause", "surface", "strong_paraphrase", "zsre"),
        "indirect_reference",
    }
)
CALLS_IT_OTHERWISE: frozenset[Axis] = frozenset({"nickname", "abbreviation", "description"})
MAY_END_ANYHOW: frozenset[Axis] = frozenset({"direct", "surface", "long_form"})
"""Those that end as the edit's own prompt or its subject does, whatever that is."""
OTHER_SUBJECTS: frozenset[Axis] = frozenset({"unrelated", "cross_domain"})

_UNFILLED = re.compile(r"\{(?:|a|name|topic|clause|sentence|question)\}|\$\{?\w+\}?")


def refuse_hostile(request: EditRequest) -> None:
    """Raises UserError for a request whose parts are not names on one line: no sentence can be made of them."""
    for what, text in (("subject", request.subject), ("target", request.target), ("prompt", request.prompt)):
        longest = LONGEST_PROBE if what == "prompt" else LONGEST_NAME
        if len(text) > longest:
            raise UserError(
                f"The edit's {what} is {len(text):,} characters long; probes can be made up to {longest:,}.",
                "Give it as a short name or phrase.",
            )
        if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for character in text):
            raise UserError(
                f"The edit's {what} has line breaks or invisible characters in it.",
                "Give it as plain text on one line.",
            )
        if not any(character.isalnum() for character in text):
            raise UserError(f"The edit's {what} has no letters or digits.", "Give it as a name or phrase.")


def mentions(text: str, name: str) -> bool:
    """Whether a name stands in a text, whatever its capitals; short names only as whole words."""
    text, name = text.casefold(), name.strip().casefold()
    if not name:
        return False
    if len(name) > 3:
        return name in text
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


class Checked:
    """Collects the probes of one edit that pass, and counts those that do not by reason."""

    def __init__(self, request: EditRequest) -> None:
        self._request = request
        self._seen: set[str] = set()
        self.probes: list[Probe] = []
        self.rejected: Counter[str] = Counter()

    def take(
        self,
        candidates: Iterable[Probe],
        n: int,
        *,
        aliases: Collection[str] = (),
        rejections: Rejections | None = None,
    ) -> int:
        """Takes the first n candidates that pass; says how many there were. The others' texts go to `rejections`."""
        taken = 0
        for candidate in candidates:
            if taken == n:
                break
            reason = self._reason_against(candidate, aliases)
            if reason is not None:
                self.rejected[reason] += 1
                if rejections is not None:
                    rejections.add(candidate.prompt, reason)
                continue
            self._seen.add(_key(candidate))
            self.probes.append(candidate)
            taken += 1
        return taken

    def _reason_against(self, probe: Probe, aliases: Collection[str]) -> str | None:
        subject = self._request.subject
        if mentions(probe.prompt, probe.target):
            return "contains its target"
        if _key(probe) in self._seen:
            return "duplicate"
        if len(probe.prompt) > LONGEST_PROBE or probe.prompt != probe.prompt.strip():
            return "too long or ends in white space"
        if probe.axis not in MAY_END_ANYHOW and probe.prompt.endswith((".", "!", "?")):
            return "a finished sentence"
        around = probe.prompt.replace(subject, "it")
        if _UNFILLED.search(around) or "  " in around:
            return "a place left open or a double space"
        if probe.axis in NAMES_THE_SUBJECT and not mentions(probe.prompt, subject):
            return "does not name the subject"
        if probe.axis in CALLS_IT_OTHERWISE:
            if mentions(probe.prompt, subject):
                return "names the subject instead of the alias"
            if not any(mentions(probe.prompt, alias) for alias in aliases):
                return "names no alias of the subject"
        if probe.axis in OTHER_SUBJECTS and self._is_related(probe):
            return "is about the subject or the target"
        return None

    def _is_related(self, probe: Probe) -> bool:
        request = self._request
        targets = [target for target in (request.target, request.true_target) if target]
        whole = f"{probe.prompt} {probe.target}"
        return (
            any(mentions(whole, name) for name in (request.subject, *targets))
            or mentions(request.text, probe.target)
            or any(mentions(target, probe.target) for target in targets)
        )


def _key(probe: Probe) -> str:
    return " ".join(probe.prompt.casefold().split())
