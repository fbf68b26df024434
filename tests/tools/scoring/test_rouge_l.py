"""ROUGE-L against numbers worked out by hand and against the package's own scorer."""

import random
import unicodedata

import pytest
from pydantic import ValidationError
from rouge_score.rouge_scorer import RougeScorer

from tests.scripted_subject import ScriptedSubject
from tools.cases import Case
from tools.models.subject import Generation
from tools.progress import silent
from tools.results import Credit
from tools.scoring.rouge_l import Settings, UnicodeWords, score


def case(*references: str, prompt: str = "Q", **arguments: object) -> Case:
    return Case(
        id=prompt,
        prompt=prompt,
        subtype="s",
        difficulty="easy",
        references=references,
        check_arguments=arguments,
    )


def credit_of(output: str, one: Case, settings: Settings | None = None) -> Credit:
    (credit,) = score(ScriptedSubject({one.prompt: output}), [one], settings or Settings(), silent)
    return credit


def test_the_credit_is_the_f_measure_of_the_longest_common_subsequence() -> None:
    # reference: the cat sat on the mat (6 words); output: the cat lay on a mat (6 words)
    # longest common subsequence: the cat on mat (4), so P = R = 4/6 and F = 2/3
    credit = credit_of("The cat lay on a mat.", case("the cat sat on the mat"))
    assert credit.value == pytest.approx(2 / 3)
    assert credit.details["precision"] == pytest.approx(4 / 6)


def test_precision_and_recall_are_kept_apart() -> None:
    # 2 of the 2 words of the output, 2 of the 4 of the reference: F = 2 * 1 * 0.5 / 1.5 = 2/3
    credit = credit_of("red house", case("big red brick house"))
    assert (credit.details["precision"], credit.details["recall"]) == (1.0, 0.5)
    assert credit.value == pytest.approx(2 / 3)


def test_the_best_of_several_references_counts_and_is_named() -> None:
    credit = credit_of("good evening", case("good morning", "good evening"))
    assert credit.value == 1.0
    assert credit.details["reference"] == "good evening"


def test_english_is_stemmed_unless_settings_say_otherwise() -> None:
    assert credit_of("walking houses", case("walked house")).value == 1.0
    assert credit_of("walking houses", case("walked house"), Settings(stem=False)).value == 0.0


def test_other_languages_keep_their_accents_and_are_not_stemmed() -> None:
    french = case("l'été à Montréal", language="fr")
    assert credit_of("L’ÉTÉ à Montréal !", french).value == 1.0
    # l, à and montreal differ or match: words l ete a montreal share only l with l été à montréal, F = 1/4
    assert credit_of("l'ete a Montreal", french).value == pytest.approx(1 / 4)
    assert credit_of("l'été à Montréal", french).details["tokenizer"] == "unicode_words"


def test_composed_and_decomposed_accents_are_the_same_word() -> None:
    decomposed = unicodedata.normalize("NFD", "größer")
    assert credit_of(decomposed, case("größer", language="de")).value == 1.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("¿Cuánto cuesta?", ["cuánto", "cuesta"]),
        ("aujourd'hui à 14 h 30", ["aujourd", "hui", "à", "14", "h", "30"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("我爱北京", ["我", "爱", "北", "京"]),
        ("…!?", []),
    ],
)
def test_unicode_words_of_several_scripts(text: str, words: list[str]) -> None:
    assert UnicodeWords().tokenize(text) == words


def test_english_scores_equal_the_package_on_random_texts() -> None:
    generator = random.Random(3)
    words = "the cats running quickly over a fallen tree and its 12 old branches, isn't it?"
    package = RougeScorer(["rougeL"], use_stemmer=True)
    for _ in range(50):
        texts = [" ".join(generator.choices(words.split(), k=generator.randint(1, 12))) for _ in range(3)]
        expected = package.score_multi(texts[:2], texts[2])["rougeL"]
        credit = credit_of(texts[2], case(*texts[:2]))
        assert credit.value == pytest.approx(expected.fmeasure, abs=1e-12)


def test_a_model_that_writes_nothing_is_unscored() -> None:
    credit = credit_of(" \n", case("something"))
    assert credit.value is None
    assert credit.unscored_reason == "the model wrote nothing"


def test_a_wrong_answer_is_zero_and_not_unscored() -> None:
    assert credit_of("nothing alike", case("something else entirely")).value == 0.0


def test_a_case_without_words_to_compare_with_is_unscored() -> None:
    assert "no reference" in str(credit_of("text", case()).unscored_reason)
    assert "no reference" in str(credit_of("text", case("你好")).unscored_reason)


def test_a_failed_generation_is_unscored_with_its_error() -> None:
    class Failing(ScriptedSubject):
        def generate(self, prompts, **keywords):  # type: ignore[no-untyped-def]
            yield 0, Generation("half", 1, "error: out of memory")

    (credit,) = score(Failing(), [case("half")], Settings(), silent)
    assert credit.unscored_reason == "generation failed: error: out of memory"


def test_the_baseline_is_scored_beside_the_output() -> None:
    # of the 4 words of the source, `restaurant` alone is in the reference of 3: P = 1/4, R = 1/3, F = 2/7
    one = case("das Restaurant schließt", language="de", baseline="the restaurant closes soon")
    assert credit_of("das Restaurant schließt", one).details["baseline"] == pytest.approx(2 / 7)


def test_stop_strings_reach_only_models_without_chat_template() -> None:
    seen: list[tuple[str, ...]] = []

    class Recording(ScriptedSubject):
        def generate(self, prompts, *, stop=(), **keywords):  # type: ignore[no-untyped-def]
            seen.append(tuple(stop))
            return super().generate(prompts, stop=stop, **keywords)

    cases = [case("x", prompt="a", stop=["\n"]), case("x", prompt="b"), case("x", prompt="c", stop=["\n"])]
    subject = Recording({"a": "x", "b": "y", "c": "x"})
    credits = {credit.case_id: credit.value for credit in score(subject, cases, Settings(), silent)}
    assert seen == [("\n",), ()]
    assert credits == {"a": 1.0, "b": 0.0, "c": 1.0}
    seen.clear()
    subject.has_chat_template = True
    list(score(subject, cases, Settings(), silent))
    assert seen == [()]


def test_settings_are_frozen_and_bounded() -> None:
    with pytest.raises(ValidationError):
        Settings(max_new_tokens=0)
    assert Settings().model_dump() == {"max_new_tokens": 128, "stem": True, "tokenizer": "by_language"}
