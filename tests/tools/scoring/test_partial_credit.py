"""Partial credit: which answer a text gives, whether it is right, and which steps it reaches."""

import threading
import time

import pytest

from tests.scripted_subject import ScriptedSubject
from tools.cases import Case
from tools.models.subject import Generation
from tools.progress import silent
from tools.results import Credit
from tools.scoring.partial_credit import Settings, credit_of, score


def credit(
    output: str, target: str, intermediates: tuple[str, ...] = (), prompt: str = "A question?"
) -> Credit:
    case = Case(
        id="case-0",
        prompt=prompt,
        subtype="any",
        difficulty="easy",
        target=target,
        intermediates=intermediates,
    )
    return credit_of(case, Generation(output, 10, "eos"))


# Target and output; the verdict has to be math-verify's own on both.
PARITY = [
    ("18", "The answer is 18."),
    ("18", "The answer is 19."),
    ("18", "The answer is 18.0"),
    ("18", "The answer is 18.00 dollars."),
    ("18", "The answer is $18."),
    ("18", "The answer is **18**."),
    ("18", "The answer is 18 apples."),
    ("18", "The answer is 18 apples for 3 people."),
    ("18", "The final answer is 18."),
    ("18", "Answer: 18"),
    ("18", "Answer: 81"),
    ("18", "So she has 18 apples left."),
    ("18", "So she has 17 apples left."),
    ("18", "9 * 2 = 18"),
    ("18", "The answer is 9 * 2 = 18."),
    ("18", "The answer is 9 * 2."),
    ("18", "The answer is 20 - 2."),
    ("18", r"The answer is $18$."),
    ("18", r"The answer is $9 \times 2 = 18$."),
    ("18", r"\boxed{18}"),
    ("18", r"So the answer is $\boxed{18}$."),
    ("18", r"So the answer is $\boxed{19}$."),
    ("18", r"\[ x = 18 \]"),
    ("18", r"The answer is $x = 18$."),
    ("18", "The answer is -18."),
    ("-18", "The answer is -18."),
    ("-18", "The answer is 18."),
    ("-7", r"\boxed{-7}"),
    ("0", "The answer is 0."),
    ("0", "The answer is 0.0"),
    ("1200", "The answer is 1,200."),
    ("1200", "The answer is $1,200.00"),
    ("1200", "The answer is 1200 meters."),
    ("1200", "The answer is 1 200."),
    ("1200", "The answer is 12,00."),
    ("1,200", "The answer is 1200."),
    ("1234567", "The answer is 1,234,567."),
    ("1234567", "The answer is 1,234,568."),
    ("1/2", "The answer is 1/2."),
    ("1/2", "The answer is 0.5."),
    ("1/2", "The answer is .5"),
    ("1/2", r"The answer is \frac{1}{2}."),
    ("1/2", r"The answer is $\frac{1}{2}$."),
    ("1/2", r"The answer is $\dfrac{2}{4}$."),
    ("1/2", r"\boxed{\frac{1}{2}}"),
    ("1/2", r"\boxed{\frac{1}{3}}"),
    ("1/2", "The answer is 2/4."),
    ("1/2", "The answer is 1/3."),
    ("3/4", "The answer is 0.75 cups."),
    ("3/4", "The answer is 3/4 cup."),
    ("3/4", "That leaves 3/4 of it."),
    ("1/3", "The answer is 0.333333."),
    ("1/3", "The answer is 0.33."),
    ("-1/2", "The answer is -1/2."),
    ("22/13", "The answer is 22/13"),
    ("22/13", "The answer is 44/26"),
    ("22/13", "The answer is 22/12."),
    ("0.5", "The answer is 1/2."),
    ("0.25", "The answer is 0.250."),
    ("3.14", "The answer is 3.14."),
    ("3.14", "The answer is 3.15."),
    ("50", "The answer is 50%."),
    ("50", r"The answer is $50\%$."),
    ("50", "The answer is 5%."),
    ("50%", "The answer is 50%."),
    ("0.5", "The answer is 50%."),
    ("20", "The answer is 20 percent."),
    (r"$\sqrt{2}$", r"The answer is $\sqrt{2}$."),
    (r"$2\sqrt{3}$", r"The answer is $\sqrt{12}$."),
    (r"$2\sqrt{3}$", r"The answer is $3\sqrt{2}$."),
    (r"$\pi$", r"\boxed{\pi}"),
    ("100", r"The answer is $10^2$."),
    ("100", "The answer is 10^2."),
    ("1500", r"The answer is $1.5 \times 10^{3}$."),
    ("42", "The answer is:\n\n$$\n42\n$$"),
    ("42", "12 + 30 = 42, so the answer is 42."),
    ("42", "Step 1: 12 + 30 = 42\n\nThe answer is 24."),
]


def test_the_parity_table_is_long_enough() -> None:
    assert len(PARITY) >= 60


@pytest.mark.parametrize(("target", "output"), PARITY)
def test_the_verdict_on_the_final_answer_is_math_verifys_own(target: str, output: str) -> None:
    from math_verify import parse, verify

    assert (credit(output, target).value == 1.0) == verify(parse(target), parse(output))


@pytest.mark.parametrize(
    ("target", "output"),
    [
        ("-5", "The answer is −5."),  # typographic minus
        ("3/4", "Answer: ¾"),
        ("7/2", "The answer is 3 1/2."),  # math-verify alone reads 1
        ("22/13", "The answer is 44/26."),  # math-verify alone reads a decimal, because of the full stop
        ("15", "The answer is (15)."),
        ("18", "The answer is $18. So he has $5 more."),
        ("18", "The answer is 18. I hope this answer helps."),
        ("18", 'I shall end with "The answer is N." The answer is 18.'),
        ("18", "16 - 3 = 13. Then 13 + 5 = 18 eggs"),
        ("72", "#### 72"),
        ("72", "Step 1: add them.\n72."),
        ("72", "The answer is 70. Wait, that is wrong. The answer is 72."),
        ("Yes", "The answer is yes."),
        ("Yes", "The answer is Yes, because all of them are."),
        ("no", "**No.**"),
        ("north", "So the answer is **North**."),
        ("north", "He turns left. So he is now facing north."),
        ("northeast", "The answer is north-east."),
        ("kitchen", "The answer is the kitchen."),
        ("kitchen", r"\boxed{\text{kitchen}}"),
        ("B", "The answer is B) Rome."),
        ("7:15 pm", "The answer is 7:15 PM."),
        ("3 km north", "The answer is 3 km north."),
    ],
)
def test_right_answers_are_recognised_however_they_are_written(target: str, output: str) -> None:
    assert credit(output, target).value == 1.0


@pytest.mark.parametrize(
    ("target", "output"),
    [
        ("5", "The answer is 5 or 6."),
        ("5", "The answer is 4, 5, 6."),
        ("1", "The answer is 1, 2, 3, 4, 5, 6, 7, 8, 9, 10."),
        ("6", "1 2 3 4 5 6"),
        ("6", "1\n2\n3\n4\n5\n6"),
        ("6", "1, 2, 3, 4, 5 and 6."),
        ("5", "The answer is 5 and 6."),
        ("5", r"\boxed{5} or \boxed{6}"),
        ("5", r"It is \boxed{5}. The answer is 6."),
        ("5", "The answer is not 5."),
        ("Yes", "The answer is yes and no."),
        ("no", "I don't know"),
        ("north", "The answer is north or south."),
        ("north", "The answer is north, south, east, west."),
        ("north", "The answer is not north."),
        ("north", "It could be south, east, west or north."),
        ("3 km north", "The answer is 3 km south."),
        ("7:15 pm", "The answer is 7."),
        # The end of a text that ran into its token limit, seen in real output.
        ("11", "Step 10: Find the number.\n\nStep 11: Find the unknown number of plates"),
        ("3", "1. Add them.\n2. Subtract.\n3. Check it"),
    ],
)
def test_an_answer_that_contradicts_itself_or_lists_everything_is_wrong(target: str, output: str) -> None:
    assert credit(output, target).value == 0.0


@pytest.mark.parametrize(
    "answer",
    [
        "9**9**9**9",
        "9 ^ 9 ^ 9 ^ 9",
        "9**(9**9)",
        "$9^{9^{9^{9}}}$",
        "$((9^{999})^{999})^{999}$",
        "$999999999!$",
        "$9^{9!}$",
        r"$\binom{999999999}{55555555}$",
        r"$\sum_{n=1}^{99999999} n$",
        "$(a+b+c+d+e)^{900}$",
        "9" * 5000,
        "(" * 500 + "9" + ")" * 500,
        "1+" * 5000 + "9",
        r"\boxed{" * 500 + "9",
        r"$" + r"\sqrt{2+" * 60 + "9" + "}" * 60 + "$",
    ],
)
def test_hostile_answers_end_soon_and_are_wrong(answer: str) -> None:
    credit("The answer is 1.", "1")  # imports sympy
    begin = time.monotonic()
    assert credit(f"The answer is {answer}.", "5").value == 0.0
    assert time.monotonic() - begin < 3


def test_a_refused_formula_says_so_in_the_details() -> None:
    assert "powers are too large" in str(credit("The answer is 9**9**9**9.", "9").details["note"])


def test_scoring_works_outside_the_main_thread() -> None:
    values: list[float | None] = []
    worker = threading.Thread(
        target=lambda: values.append(credit(r"The answer is $\frac{1}{2}$.", "0.5").value)
    )
    worker.start()
    worker.join()
    assert values == [1.0]


CHAIN = ("24", "72", "36")


@pytest.mark.parametrize(
    ("output", "value"),
    [
        # All three steps, wrong answer: 1/2 * 3/3.
        ("48 / 2 = 24. 48 + 24 = 72. 72 / 2 = 36. The answer is 7.", 0.5),
        # Two of three: 1/2 * 2/3 = 1/3.
        ("48 / 2 = 24. 24 + 12 = 36. The answer is 7.", 1 / 3),
        # 36 comes before 24 and 72: the longest common subsequence is 24, 72.
        ("It is 36. Then 24 and then 72 follow. The answer is 7.", 1 / 3),
        # Only one of 36, 72, 24 can count, because they come in the opposite order: 1/2 * 1/3.
        ("First 36. After it 72. Then 24. The answer is 7.", 1 / 6),
        # None.
        ("I guess. The answer is 7.", 0.0),
        # The answer statement itself is no step.
        ("The answer is 24.", 0.0),
        # A right answer needs no steps.
        ("The answer is 5.", 1.0),
    ],
)
def test_a_wrong_answer_earns_half_the_share_of_steps_reached_in_order(output: str, value: float) -> None:
    assert credit(output, "5", CHAIN).value == pytest.approx(value)


def test_a_wrong_answer_without_reference_steps_earns_nothing() -> None:
    assert credit("3 + 4 = 8. The answer is 8.", "7").value == 0.0


def test_numbers_are_read_with_units_separators_fractions_and_decimals() -> None:
    chain = ("1200", "0.5", "35", "2.75")
    output = "It costs $1,200.00. Half a litre is 0.50 l. That is 35% and 2.75km. The answer is 1."
    assert credit(output, "9", chain).value == 0.5


def test_a_minus_is_a_sign_only_where_nothing_stands_before_it() -> None:
    assert credit("16-3=13. The answer is 1.", "9", ("-3",)).value == 0.0
    assert credit("2 - 5 = -3. The answer is 1.", "9", ("-3",)).value == 0.5


def test_a_division_does_not_reach_its_result_but_a_fraction_of_the_reference_is_one_number() -> None:
    assert credit("We need 48/2. The answer is 1.", "9", ("24",)).value == 0.0
    assert credit(r"That is 3/12 + \frac{8}{12}. The answer is 1.", "11/12", ("3/12", "8/12")).value == 0.5


def test_givens_of_the_prompt_count_only_after_an_equals_sign() -> None:
    prompt = "Ann has 6 bags of 5 nuts and eats 25."
    assert credit("Ann has 6 bags with 5 each. The answer is 1.", "9", ("5",), prompt).value == 0.0
    assert credit("6 * 5 - 25 = 5. The answer is 1.", "9", ("5",), prompt).value == 0.5


def test_enumerated_numbers_list_items_and_repeated_sentences_are_no_steps() -> None:
    assert credit("21 22 23 24 25 26. The answer is 1.", "9", ("24",)).value == 0.0
    assert credit("Step 2: think.\n3. think more.\nThe answer is 1.", "9", ("2", "3")).value == 0.0
    prompt = "Bob faces north. Bob turns right. Is it north, east, south or west?"
    echo = "Is it north, east, south or west?\nThe answer is up."
    assert credit(echo, "west", ("east", "south"), prompt).value == 0.0


def test_verbal_steps_are_reached_as_whole_words_in_order() -> None:
    # east and south of three: 1/2 * 2/3.
    output = "First he faces East, then South; eastern winds blow. The answer is up."
    assert credit(output, "west", ("east", "south", "north")).value == pytest.approx(1 / 3)


# A reference chain in the form of GSM8K, written for this test.
REFERENCE = (
    "Ann sold 60/3 = <<60/3=20>>20 cards in May.\nTogether that is 60+20 = <<60+20=80>>80 cards.\n"
    "She earned 80*2 = $<<80*2=160>>160.\nAfter fees she keeps 160-15 = $<<160-15=145>>145.\n#### 145"
)


def test_a_reference_chain_earns_1_with_another_end_a_half_and_with_fewer_steps_less() -> None:
    prompt = (
        "Ann sold 60 cards in April and a third as many in May, at $2 each. She pays $15. How much is left?"
    )
    steps = ("20", "80", "160")
    assert credit(REFERENCE, "145", steps, prompt).value == 1.0
    lines = REFERENCE.splitlines()
    assert credit("\n".join([*lines[:3], "#### 999"]), "145", steps, prompt).value == 0.5
    # One step of three: 1/2 * 1/3.
    assert credit("\n".join([lines[0], "#### 999"]), "145", steps, prompt).value == pytest.approx(1 / 6)


@pytest.mark.parametrize("output", ["", "  \n "])
def test_empty_output_is_unscored_with_a_reason(output: str) -> None:
    assert credit(output, "5").value is None
    assert credit(output, "5").unscored_reason == "the model wrote nothing"


def test_a_failed_generation_and_a_case_without_target_are_unscored() -> None:
    case = Case(id="x", prompt="p", subtype="s", difficulty="easy", target="5")
    failed = credit_of(case, Generation("The answer is 5.", 5, "error: logits are NaN"))
    assert failed.unscored_reason == "generation failed: error: logits are NaN"
    without = credit_of(case.model_copy(update={"target": None}), Generation("5", 1, "eos"))
    assert without.unscored_reason == "the case has no target"
    hostile = credit("The answer is 9.", "9^9^9^9").unscored_reason
    assert hostile == "the target cannot be evaluated: its powers are too large"


def test_every_case_gets_one_credit_with_the_models_text() -> None:
    cases = [
        Case(id=f"c-{i}", prompt=f"What is {i} + 1?", subtype="s", difficulty="easy", target=str(i + 1))
        for i in range(3)
    ]
    subject = ScriptedSubject(lambda prompt: "The answer is 2.")
    credits = list(score(subject, cases, Settings(), silent))
    assert [(c.case_id, c.value) for c in credits] == [("c-0", 0.0), ("c-1", 1.0), ("c-2", 0.0)]
    assert credits[0].output == "The answer is 2."
    assert credits[1].details["correct"] is True
