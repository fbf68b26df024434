"""Where the subject ends, how targets are encoded, and which texts stand before the prompt."""

from collections.abc import Callable

import pytest

from tests.tools.editing.conftest import REQUEST, TEXTS
from tools.editing.contexts import (
    choose_prefixes,
    cut_prefixes,
    prompt_row,
    request_of,
    target_rows,
    target_tokens,
)
from tools.editing.edit import EditError, EditSettings
from tools.editing.request import EditRequest
from tools.models.language_model import LanguageModel


@pytest.mark.parametrize("subject", ["the lazy dog", "river", "Zoë", "日本", "x", "the lazy dog "])
@pytest.mark.parametrize("prompt", ["{} runs to", "and then {} is", "of {}", "{}", "{}'s sea"])
@pytest.mark.parametrize("prefix", ["", "one two three.", "Zoë. "])
def test_the_subjects_last_token_ends_where_the_subject_ends(
    tiny: LanguageModel, subject: str, prompt: str, prefix: str
) -> None:
    row = prompt_row(tiny, prefix, prompt, subject)
    before = f"{prefix.rstrip()} " if prefix else ""
    text = (before + prompt.replace("{}", subject)).rstrip()
    assert tiny.tokenizer.decode(row.ids, skip_special_tokens=True) == text
    # Byte-level tokens: decoding up to the last gives the text up to the subject's end.
    upto = tiny.tokenizer.decode(row.ids[: row.subject_last + 1], skip_special_tokens=True)
    assert upto == before + prompt.split("{}")[0] + subject.rstrip()


def test_a_subject_that_occurs_twice_is_the_one_in_its_place(tiny: LanguageModel) -> None:
    row = prompt_row(tiny, "the dog.", "the dog sees {} run", "the dog")
    assert tiny.tokenizer.decode(row.ids[: row.subject_last + 1], skip_special_tokens=True) == (
        "the dog. the dog sees the dog"
    )


def test_targets_have_one_leading_space_and_are_appended_as_tokens(tiny: LanguageModel) -> None:
    ids = target_tokens(tiny, "  quick fox ")
    assert tiny.tokenizer.decode(ids) == " quick fox"
    row, after_prefix = target_rows(
        tiny, EditRequest(subject="dog", prompt="the {} ", target="quick fox"), ["six."]
    )
    assert row.targets == after_prefix.targets == ids
    assert tiny.tokenizer.decode(row.ids + row.targets, skip_special_tokens=True) == "the dog quick fox"
    assert row.inputs == row.ids + ids[:-1]


def test_prefixes_are_seeded_short_and_different(settings: Callable[..., EditSettings]) -> None:
    first, again, other = (cut_prefixes(TEXTS, 8, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert len(set(first)) == 8
    assert all(1 <= len(text.split()) <= 8 for text in first)
    assert [text[-1] if text[-1] in ".," else "" for text in first] == [".", "", ",", ""] * 2
    assert cut_prefixes(["too short", "this one is long enough"], 8, 0) != ()
    assert cut_prefixes([], 8, 0) == ()
    assert choose_prefixes(settings(contexts=("a.", "b.", "c."), n_contexts=2)) == ("a.", "b.")


def test_a_request_is_made_of_a_prompt_with_the_subject_written_out() -> None:
    made = request_of("Lyon", "The twin city of Lyon is", " Manila ", "Beirut")
    assert made == EditRequest(
        subject="Lyon", prompt="The twin city of {} is", target="Manila", true_target="Beirut"
    )


@pytest.mark.parametrize(
    ("subject", "target", "message"),
    [
        ("Paris", "Manila", "The subject 'Paris' is not in the prompt"),
        ("", "Manila", "is not in the prompt"),
        ("Lyon", " ", "The new target is empty"),
    ],
)
def test_bad_requests_are_told_in_a_sentence(subject: str, target: str, message: str) -> None:
    with pytest.raises(EditError, match=message):
        request_of(subject, "The twin city of Lyon is", target)


def test_a_prompt_beyond_the_context_is_refused(tiny: LanguageModel) -> None:
    with pytest.raises(EditError, match="longer than the context"):
        prompt_row(tiny, "dog " * 300, REQUEST.prompt, REQUEST.subject)


def test_a_token_that_the_model_does_not_know_is_refused(own_tiny: LanguageModel) -> None:
    own_tiny.tokenizer.add_tokens(["unknownword"])
    with pytest.raises(EditError, match="no embedding"):
        prompt_row(own_tiny, "", "{} is", "unknownword")


def test_lone_surrogates_are_read_like_any_text(tiny: LanguageModel) -> None:
    assert prompt_row(tiny, "", "{} is", "dog \ud800").ids
