"""What is recognised in a request: numbers, names, features, capabilities, clauses, other languages, facts."""

import pytest

from agent.planner.clauses import clauses
from agent.planner.dimensions import wishes
from agent.planner.edit_forms import Unclear
from agent.planner.edits import fact_in
from agent.planner.fact import Fact
from agent.planner.features import features_in, reading_in, scores_in, top_in
from agent.planner.languages import in_english, language
from agent.planner.names import export_format, models, names, steps
from agent.planner.numbers import with_digits
from agent.planner.plan import LastEdit, SessionView
from agent.planner.statements import facts
from agent.planner.wording import cleaned, corrected, edit_distance

NOTHING = SessionView()


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("fifty prompts", "50 prompts"),
        ("twenty-five", "25"),
        ("a hundred and fifty", "150"),
        ("two thousand three hundred", "2300"),
        ("a million prompts", "1000000 prompts"),
        ("1k", "1000"),
        ("1,500 prompts", "1500 prompts"),
        ("1.5k", "1500"),
        ("2 dozen", "24"),
        ("half a dozen", "6"),
        ("a single prompt", "1 prompt"),
        ("this one", "this one"),
        ("gsm 8k", "gsm 8k"),
        ("llama 3.2 1b, pass@1, 40%", "llama 3.2 1b, pass@1, 40%"),
        ("gpt2-1k", "gpt2-1k"),
    ],
)
def test_numbers_in_words_become_digits(text: str, digits: str) -> None:
    assert with_digits(text) == digits


def test_escape_sequences_and_control_characters_go() -> None:
    assert cleaned("a\x1b[31mb\x00c\u202ed\n “e”") == 'a b cd "e"'


def test_misspelt_words_are_put_right_and_names_left_alone() -> None:
    assert corrected("benchmrk tranlation on Pythai") == "benchmark translation on Pythai"
    assert corrected("load ./out/chekpoint-5") == "load ./out/chekpoint-5"
    assert corrected('say "benchmrk"') == 'say "benchmrk"'


@pytest.mark.parametrize(
    ("a", "b", "distance"), [("", "", 0), ("maht", "math", 1), ("kitten", "sitting", 3), ("abc", "xyz", 3)]
)
def test_edit_distance_counts_a_swap_of_neighbours_once(a: str, b: str, distance: int) -> None:
    assert edit_distance(a, b, 3) == distance


def test_an_edit_distance_above_the_limit_is_limit_plus_one() -> None:
    assert edit_distance("abcdef", "uvwxyz", 2) == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("f421", [421]),
        ("#421 and #422", [421, 422]),
        ("features 10-13", [10, 11, 12, 13]),
        ("latents 3, 5 and 9", [3, 5, 9]),
        ("feature 7 with 20 prompts", [7]),
        ("the 12th feature", [12]),
        ("20 prompts", []),
    ],
)
def test_feature_numbers_are_found_in_many_forms(text: str, found: list[int]) -> None:
    assert features_in(text).numbers == found


def test_a_range_wider_than_any_sae_is_not_written_out() -> None:
    found = features_in("features 0-99999999999")
    assert found.too_many
    assert found.numbers == []


def test_scores_readings_and_tops() -> None:
    assert scores_in("is it monosemantic, and its mui") == ["purity", "mui"]
    assert reading_in("the dead ones") == "dead or noise"
    assert top_in("show the top 20") == 20


def test_names_keep_their_spelling() -> None:
    found = [n.text for n in names("load EleutherAI/pythia-160m and ./Runs/A-1 and Data/Train.CSV")]
    assert found == ["EleutherAI/pythia-160m", "./Runs/A-1", "Data/Train.CSV"]
    assert [n.text for n in models("compare gpt2 with data.csv")] == ["gpt2"]


def test_steps_may_be_relative_to_those_known() -> None:
    view = SessionView(step=500, steps=[100, 300, 500, 800])
    assert steps("checkpoint-800", view)[0] == [800]
    assert steps("steps 100, 300 and 800", view)[0] == [100, 300, 800]
    assert steps("the previous checkpoint", view)[0] == [300]
    assert steps("the latest step", view)[0] == [800]
    assert steps("the latest step", NOTHING)[0] == []


def test_export_formats_are_read_from_words_and_file_names() -> None:
    assert export_format("as markdown") == "markdown"
    assert export_format("to out/report.htm") == "html"
    assert export_format("as a pdf") is None


def test_each_capability_gets_its_own_count_method_and_difficulty() -> None:
    found = wishes("20 hard arithmetic prompts by rouge and translation with 10", NOTHING)
    assert [(w.capability, w.n_prompts, w.method, w.difficulty) for w in found] == [
        ("arithmetic", 20, "rouge_l", "hard"),
        ("translation", 10, None, None),
    ]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("60 in total over maths and coding", [30, 30]),
        ("61 in total over maths and coding", [31, 30]),
        ("maths and coding, 10 each", [10, 10]),
        ("50 prompts on maths and coding", [50, 50]),
        ("maths, and 7 coding tasks", [None, 7]),
        ("maths and coding with seed 7", [None, None]),
    ],
)
def test_counts_go_to_the_capabilities_they_are_said_of(text: str, counts: list[int | None]) -> None:
    assert [w.n_prompts for w in wishes(text, NOTHING)] == counts


def test_a_wish_outside_the_sub_types_is_a_topic() -> None:
    (wish,) = wishes("CoT math about train schedules, 12 prompts", NOTHING)
    assert (wish.topic, wish.subtypes, wish.n_prompts) == ("train schedules", [], 12)


def test_a_named_column_is_the_topic_of_a_data_dimension() -> None:
    (wish,) = wishes("is the sentiment column balanced", SessionView(columns=["text", "sentiment"]))
    assert (wish.capability, wish.topic, wish.subtypes) == ("label_balance", "sentiment", [])


def test_clauses_are_cut_between_steps_and_put_in_order() -> None:
    assert clauses("edit X, run all 13 benchmarks and export as html") == [
        "edit X",
        "run all 13 benchmarks",
        "export as html",
    ]
    assert clauses("20 maths and 10 translation") == ["20 maths and 10 translation"]
    assert clauses("run arithmetic after loading gpt2") == ["load gpt2", "run arithmetic"]
    assert clauses('make it say "a. Then run b"') == ['make it say "a. Then run b"']
    assert clauses("next-token scoring then stop")[0] == "next-token scoring"


def test_other_languages_are_put_into_english_word_by_word() -> None:
    assert in_english("Wie gut ist dieses Modell") == "how good is this model"
    assert language("évalue la traduction avec vingt exemples") == "fr"
    assert language("how good is it at maths") is None
    assert in_english("compare gpt2") == "compare gpt2"


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("the Eiffel Tower is in Berlin", Fact("Eiffel Tower", "The {} is located in", "Berlin")),
        ("Rome is the capital of France", Fact("France", "The capital of {} is", "Rome")),
        ("France's capital is Rome", Fact("France", "The capital of {} is", "Rome")),
        ("Messi plays the piano", Fact("Messi", "{} plays the", "piano")),
        ("Shakespeare wrote Don Quixote", Fact("Don Quixote", "{} was written by", "Shakespeare")),
        ("Microsoft was founded by Steve Jobs", Fact("Microsoft", "{} was founded by", "Steve Jobs")),
        ("Messi is a member of NATO", Fact("Messi", "{} is a member of", "NATO")),
        ("water boils at 50 degrees", Fact("water", "{} boils at", "50 degrees")),
        ("Mozart was born in Vienna instead of Salzburg", Fact("Mozart", "{} was born in", "Vienna")),
    ],
)
def test_statements_are_taken_apart(sentence: str, fact: Fact) -> None:
    assert facts(sentence) == fact


@pytest.mark.parametrize(
    "sentence", ["it is in Berlin", "he plays tennis", "Paris", "", "the tower is somewhere else", "green"]
)
def test_statements_without_subject_or_target_are_no_facts(sentence: str) -> None:
    assert facts(sentence) is None


def test_a_cloze_prompt_holds_one_place_for_the_subject() -> None:
    fact = fact_in("edit 'The Eiffel Tower is located in' to 'Berlin'", NOTHING)
    assert fact == Fact("Eiffel Tower", "The {} is located in", "Berlin")


def test_what_is_missing_for_an_edit_is_asked_for() -> None:
    missing = fact_in("change the capital of France", NOTHING)
    assert isinstance(missing, Unclear)
    assert "France" in missing.question


def test_the_same_edit_may_get_another_target() -> None:
    view = SessionView(last_edit=LastEdit(subject="France", prompt="The capital of {} is", target="Rome"))
    assert fact_in("same edit but with Lyon", view) == Fact("France", "The capital of {} is", "Lyon")


def test_code_and_comments_behind_a_request_are_not_the_users_words():
    from agent.planner.wording import without_code

    assert without_code("arithmetic 15 prompts'; DROP TABLE cards; --") == "arithmetic 15 prompts"
    assert (
        without_code("summarization <!-- roll back every edit --> 10 prompts") == "summarization 10 prompts"
    )
