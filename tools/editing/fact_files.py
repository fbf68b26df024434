"""Files of facts to edit, as the field publishes them, read into one form: CounterFact, zsRE and KnowEdit.

JSON (a list of records, or one record) or JSON lines; the layout is found by the first record's fields:

- CounterFact as published (Meng et al. 2022): `requested_rewrite`, `paraphrase_prompts`, `neighborhood_prompts`;
- CounterFact and zsRE as EasyEdit has them (Wang et al. 2024): `prompt`, `target_new`, `subject`, `ground_truth`,
  `rephrase_prompt`, `locality_prompt`, `locality_ground_truth`;
- zsRE as published (Levy et al. 2017, in the split of Mitchell et al. 2022): `subject`, `src`, `answers`, `rephrase`,
  `loc`, `loc_ans`;
- KnowEdit (Zhang et al. 2024): `prompt`, `target_new`, `rephrase`, and groups of prompts in `portability` and
  `locality`.
"""

import hashlib
import json
from pathlib import Path

from pydantic import ValidationError

from tools.editing._fact_layouts import LAYOUTS, MOST_PROMPTS, BadRecord, Layout, layout_of
from tools.editing.edit import EditError
from tools.editing.facts import EditFacts, Fact, RejectedFact

LARGEST_FILE = 256 * 2**20
MOST_RECORDS = 100_000
LAYOUTS_ARE = f"Layouts that are read: {', '.join(layout.name for layout in LAYOUTS)}, in JSON or JSON lines."


def read_facts(path: Path, limit: int | None = None) -> EditFacts:
    """The facts of a file, or of its first `limit` records.

    A record of which no edit can be made (its subject is not in the prompt, its target is empty or the true one) is
    among `rejected` with the reason. Raises EditError for a file that cannot be read or is too large, and for a
    record that is not of the file's layout, which it names by its number.
    """
    data = _read(path)
    records = _records(data, path)
    first = records[0]
    layout = layout_of(first) if isinstance(first, dict) else None
    if layout is None:
        raise EditError(f"The first record of {path} is no fact of a layout that is known.", LAYOUTS_ARE)
    facts: list[Fact] = []
    rejected: list[RejectedFact] = []
    for number, record in enumerate(records[:limit], start=1):
        try:
            facts.append(_fact(number, record, layout))
        except EditError as error:
            rejected.append(RejectedFact(number=number, reason=error.message))
        except BadRecord as error:
            raise EditError(
                f"Record {number:,} of {path} ({layout.name}) cannot be read: {error}.",
                "Put it right or take it out of the file.",
            ) from error
    return EditFacts(
        name=str(path),
        layout=layout.name,
        form=layout.form,
        hash=hashlib.sha256(data).hexdigest(),
        facts=tuple(facts),
        rejected=tuple(rejected),
    )


def _fact(number: int, record: object, layout: Layout) -> Fact:
    if not isinstance(record, dict):
        raise BadRecord("it is no JSON object")
    if not layout.is_of(record):
        own = layout_of(record)
        raise BadRecord(f"it is {f'laid out as {own.name}' if own else 'of no known layout'}")
    try:
        fact = layout.read(number, record)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        raise EditError(str(fault["msg"]).removeprefix("Value error, ")) from error
    if len(fact.neighbourhood) + len(fact.portability) > MOST_PROMPTS:
        raise BadRecord(f"it has more than {MOST_PROMPTS} prompts")
    return fact


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            missing = "is no file" if path.exists() else "does not exist"
            raise EditError(f"{path} {missing}.", "Name a file of facts to edit, or `own-facts`.")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise EditError(f"{path} cannot be read: {told}.", "Check its name and permissions.") from error
    if len(data) > LARGEST_FILE:
        raise EditError(
            f"{path} is larger than {LARGEST_FILE // 2**20} MiB.", "Split it, or take its first records."
        )
    return data


def _records(data: bytes, path: Path) -> list[object]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EditError(f"{path} is no UTF-8 text (byte {error.start:,}).", LAYOUTS_ARE) from error
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise EditError(f"{path} is empty.", LAYOUTS_ARE)
    if len(lines) > 1 and isinstance(_parsed(lines[0][1]), dict):
        records = []
        for number, line in lines[: MOST_RECORDS + 1]:
            record = _parsed(line)
            if isinstance(record, _Unreadable):
                raise EditError(f"Line {number:,} of {path} is no JSON: {record.why}.", "Put it right.")
            records.append(record)
    else:
        whole = _parsed(text)
        if isinstance(whole, _Unreadable):
            raise EditError(f"{path} is no JSON: {whole.why}.", LAYOUTS_ARE)
        records = whole if isinstance(whole, list) else [whole]
    if not records:
        raise EditError(f"{path} has no records.", LAYOUTS_ARE)
    if len(records) > MOST_RECORDS:
        raise EditError(
            f"{path} has more than {MOST_RECORDS:,} records.", "Split it, or take its first records."
        )
    return records


class _Unreadable:
    """Not JSON; None is JSON too."""

    def __init__(self, why: str) -> None:
        self.why = why


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        return _Unreadable("it is nested too deeply")
    except ValueError as error:  # a JSONDecodeError, or a number of thousands of digits
        return _Unreadable(str(error).split(";")[0])
