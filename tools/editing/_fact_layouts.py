"""The layouts in which files of facts are published, one reader each: a record in, a fact or a reason out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.editing.contexts import request_of
from tools.editing.edit import EditError
from tools.editing.facts import AskedPrompt, Fact, Form
from tools.editing.request import PLACE, EditRequest

LONGEST_TEXT = 4_000
"""Characters of a prompt or target."""
MOST_PROMPTS = 200
"""Prompts of one record."""
NATURAL_QUESTIONS = "nq question: "
"""How zsRE's questions about something else begin."""

Record = Mapping[str, Any]


class BadRecord(Exception):
    """A record that is not what its layout says: the message names the field."""


@dataclass(frozen=True)
class Layout:
    """How a kind of file is laid out."""

    name: str
    form: Form
    is_of: Callable[[Record], bool]
    """Whether a record is laid out like this, seen by its fields."""
    read: Callable[[int, Record], Fact]
    """The fact of a record. Raises BadRecord; EditError where no edit can be made of it."""


def layout_of(record: Record) -> Layout | None:
    """The first layout that a record has; None for none."""
    return next((layout for layout in LAYOUTS if layout.is_of(record)), None)


def _counterfact(number: int, record: Record) -> Fact:
    rewrite = record["requested_rewrite"]
    if not isinstance(rewrite, Mapping):
        raise BadRecord("`requested_rewrite` is no object")
    subject, prompt = _text(rewrite, "subject"), _text(rewrite, "prompt")
    new, true = (
        _text(_object(rewrite, name), "str", f"{name}.str") for name in ("target_new", "target_true")
    )
    if prompt.count(PLACE) != 1:
        raise EditError(f"The prompt {prompt!r} has no place {PLACE} for the subject, or several.")
    request = _checked(subject, prompt, new, true)
    return Fact(
        number=number,
        request=request,
        paraphrases=tuple(_texts(record, "paraphrase_prompts")),
        neighbourhood=tuple(
            AskedPrompt(prompt=each, target=request.true_target or true)
            for each in _texts(record, "neighborhood_prompts")
        ),
    )


def _easy_edit(number: int, record: Record) -> Fact:
    return Fact(
        number=number,
        request=_written_out(record),
        paraphrases=tuple(_texts(record, "rephrase_prompt")),
        neighbourhood=tuple(_asked(record, "locality_prompt", "locality_ground_truth")),
    )


def _zsre(number: int, record: Record) -> Fact:
    """The new target is the right answer, as Meng et al. have it: the model seldom knows it. `alt` is left alone."""
    answers = _texts(record, "answers")
    if not answers:
        raise BadRecord("`answers` is empty")
    question = _text(record, "loc") if record.get("loc") else ""
    neighbourhood = (
        [AskedPrompt(prompt=f"{question.rstrip('?')}?", target=_text(record, "loc_ans").strip())]
        if question
        else []
    )
    return Fact(
        number=number,
        request=_request_of(_text(record, "subject"), _text(record, "src"), answers[0], None),
        paraphrases=tuple(_texts(record, "rephrase")),
        neighbourhood=tuple(neighbourhood),
    )


def _know_edit(number: int, record: Record) -> Fact:
    paraphrases = [*_texts(record, "rephrase"), *_texts(record, "rephrase_prompt")]
    return Fact(
        number=number,
        request=_written_out(record),
        paraphrases=tuple(paraphrases),
        neighbourhood=tuple(_groups(record, "locality")),
        portability=tuple(_groups(record, "portability")),
    )


LAYOUTS = (
    Layout("CounterFact", "success", lambda record: "requested_rewrite" in record, _counterfact),
    Layout("zsRE", "accuracy", lambda record: "src" in record, _zsre),
    Layout(
        "KnowEdit",
        "accuracy",
        lambda record: (
            "prompt" in record
            and any(isinstance(record.get(name), Mapping) for name in ("portability", "locality"))
        ),
        _know_edit,
    ),
    Layout(
        "zsRE (EasyEdit)",
        "accuracy",
        lambda record: (
            _is_easy_edit(record) and str(record.get("locality_prompt", "")).startswith(NATURAL_QUESTIONS)
        ),
        _easy_edit,
    ),
    Layout("CounterFact (EasyEdit)", "success", lambda record: _is_easy_edit(record), _easy_edit),
)


def _is_easy_edit(record: Record) -> bool:
    return "prompt" in record and "target_new" in record


def _written_out(record: Record) -> EditRequest:
    """The request of a record whose prompt has the subject in it."""
    known = _texts(record, "ground_truth")
    return _request_of(
        _text(record, "subject"),
        _text(record, "prompt"),
        _texts(record, "target_new", required=True)[0],
        known[0] if known else None,
    )


def _request_of(subject: str, prompt: str, target: str, true_target: str | None) -> EditRequest:
    request = request_of(subject.strip(), prompt, target, true_target)
    return _checked(request.subject, request.prompt, target, true_target)


def _checked(subject: str, prompt: str, target: str, true_target: str | None) -> EditRequest:
    target, true_target = target.strip(), (true_target or "").strip() or None
    if not subject.strip() or not target:
        raise EditError(f"The {'subject' if target else 'new target'} is empty.")
    if target == true_target:
        raise EditError(f"The new target is the true one, {target!r}.")
    return EditRequest(subject=subject, prompt=prompt, target=target, true_target=true_target)


def _groups(record: Record, name: str) -> Iterator[AskedPrompt]:
    """The prompts of `{group: [{prompt, ground_truth}, ...], ...}`."""
    groups = record.get(name)
    if groups is None:
        return
    if not isinstance(groups, Mapping):
        raise BadRecord(f"`{name}` is no object")
    for group, entries in groups.items():
        if entries is None:
            continue
        for entry in entries if isinstance(entries, list) else [entries]:
            if not isinstance(entry, Mapping):
                raise BadRecord(f"`{name}.{group}` has an entry that is no object")
            yield from _asked(entry, "prompt", "ground_truth", str(group)[:LONGEST_TEXT], f"{name}.{group}.")


def _asked(
    record: Record, prompt: str, answer: str, group: str = "", path: str = ""
) -> Iterator[AskedPrompt]:
    """A prompt with its answer, of several equivalent ones the first; nothing where it has no prompt or answer."""
    prompts, answers = _texts(record, prompt, path), _texts(record, answer, path)
    if prompts and answers:
        yield AskedPrompt(prompt=prompts[0], target=answers[0].strip(), group=group)


def _object(record: Record, name: str) -> Record:
    value = record.get(name)
    if not isinstance(value, Mapping):
        raise BadRecord(f"`{name}` is no object")
    return value


def _text(record: Record, name: str, path: str = "") -> str:
    value = record.get(name)
    if not isinstance(value, str):
        raise BadRecord(f"`{path or name}` is no text")
    return _of_bearable_length(value, path or name)


def _texts(record: Record, name: str, path: str = "", *, required: bool = False) -> list[str]:
    """A text or the texts of a list of any depth, without empty ones."""
    value = record.get(name)
    texts = [text for text in _leaves(value, f"{path}{name}", depth=0) if text.strip()]
    if required and not texts:
        # A target that is there and blank is the edit's fault; one that is missing is the file's.
        if value is None or value == []:
            raise BadRecord(f"`{path}{name}` is missing")
        raise EditError(f"The `{path}{name}` is empty.")
    if len(texts) > MOST_PROMPTS:
        raise BadRecord(f"`{path}{name}` has {len(texts):,} entries, and {MOST_PROMPTS} are allowed")
    return texts


def _leaves(value: object, path: str, depth: int) -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, str):
        yield _of_bearable_length(value, path)
    elif isinstance(value, list) and depth < 3:
        for item in value:
            yield from _leaves(item, path, depth + 1)
    else:
        raise BadRecord(f"`{path}` is neither a text nor a list of texts")


def _of_bearable_length(text: str, path: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise BadRecord(f"`{path}` has {len(text):,} characters, and {LONGEST_TEXT:,} are allowed")
    return text
