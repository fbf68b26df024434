"""One case a line, as JSON; the first line also says of which suite they are, with its hash.

`load_suite` gives the equal suite back, or says that the file is damaged.
"""

import json
import re
from pathlib import Path

from pydantic import ValidationError

from prompts.suite import Suite
from tools.errors import StoreError

EXTENSION = ".jsonl"

_LINE_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029]")
"""What some readers take for the end of a line, though JSON lets it stand in a string."""


def render(suite: Suite) -> str:
    """The cases in order; fields that hold their default are left out."""
    head = suite.model_dump(mode="json", exclude={"cases"}) | {"hash": suite.hash}
    lines = []
    for number, case in enumerate(suite.cases):
        line = case.model_dump(mode="json", exclude_defaults=True) | ({} if number else {"suite": head})
        text = json.dumps(line, ensure_ascii=False, allow_nan=False)
        lines.append(_LINE_BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
    return "\n".join(lines) + "\n"


def load_suite(path: Path) -> Suite:
    """The suite of a file that `render` wrote. Raises StoreError where it is something else, or was changed."""
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        head = lines[0].pop("suite")
        written_hash = head.pop("hash")
        suite = Suite.model_validate({**head, "cases": lines})
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    except (ValueError, LookupError, AttributeError, TypeError, ValidationError) as error:
        raise StoreError(
            f"{path} is no suite that Benchwright exported.", "Export the suite again."
        ) from error
    if suite.hash != written_hash:
        raise StoreError(
            f"{path} was changed: its cases do not have the hash that it names.", "Export the suite again."
        )
    return suite
