"""Logical reasoning: every answer is derived a second time from the text alone."""

import random
import re
from collections import Counter
from itertools import permutations, product

import pytest

from prompts.capabilities import logical_reasoning
from prompts.capabilities._propositions import FACTS
from prompts.capabilities._syllogisms import Statement, follows
from prompts.suite import write_suite
from tools.cases import Case

CASES = logical_reasoning.generate(450, 3, (), None)


def of(subtype: str) -> list[Case]:
    return [case for case in CASES if case.subtype == subtype]


def chosen_option(case: Case) -> str:
    """The text of the right option."""
    found = re.search(rf"^{case.target}\. (.+)$", case.prompt, re.MULTILINE)
    assert found
    return found[1]


def test_the_moods_of_the_first_figure() -> None:
    # Barbara (AAA), Celarent (EAE), Darii (AII), Ferio (EIO): M-P, S-M, so S-P, with S, M, P = 0, 1, 2.
    for major, minor, conclusion in ("AAA", "EAE", "AII", "EIO"):
        premises = [Statement(major, 1, 2), Statement(minor, 0, 1)]
        assert follows(premises, Statement(conclusion, 0, 2), 3) is True
    # The undistributed middle: all P are M, all S are M, so all S are P.
    assert follows([Statement("A", 2, 1), Statement("A", 0, 1)], Statement("A", 0, 2), 3) is False
    # Barbari (all, all, so some) is valid only where terms exist: the readings differ.
    assert follows([Statement("A", 1, 2), Statement("A", 0, 1)], Statement("I", 0, 2), 3) is None


def _holds(statement: tuple[str, str, str], world: dict[str, int]) -> bool:
    """A statement in a world that gives each noun the set of its individuals, as bits."""
    form, subject, predicate = statement
    both, only = world[subject] & world[predicate], world[subject] & ~world[predicate]
    return {"all": not only, "no": not both, "some": bool(both), "some not": bool(only)}[form]


def test_syllogisms_follow_exactly_where_no_small_world_is_a_counterexample() -> None:
    pattern = re.compile(r"(all|no|some) (\w+) are (not )?(\w+)")
    for case in of("syllogisms"):
        found = [(f"{q}{' not' if n else ''}", s, p) for q, s, n, p in pattern.findall(case.prompt.lower())]
        *premises, conclusion = found
        nouns = sorted({noun for _, *pair in found for noun in pair})
        # Three individuals are enough for the particular premises and the denied conclusion.
        counterexample = any(
            all(_holds(premise, world) for premise in premises) and not _holds(conclusion, world)
            for sets in product(range(8), repeat=len(nouns))
            for world in [dict(zip(nouns, sets, strict=True))]
        )
        assert (case.target == "No") == counterexample, case.prompt


def test_propositions_agree_with_a_truth_table_built_from_the_text() -> None:
    names = {f"{thing} is {state}": i for i, (thing, state) in enumerate(FACTS)}

    def literal(text: str) -> tuple[int, bool]:
        positive = text.strip().lower().replace(" is not ", " is ")
        return names[positive], " is not " not in text

    for case in of("propositional"):
        told, _, rest = case.prompt.partition("\nQuestion: Is ")
        clauses = []
        for sentence in told.rstrip(".").split(". "):
            if sentence.startswith("If "):
                start, end = sentence[3:].split(", then ")
                fact, value = literal(start)
                clauses.append([(fact, not value), literal(end)])
            elif sentence.startswith("At least one of these is true: "):
                clauses.append([literal(part) for part in sentence.split(": ")[1].split(", or ")])
            else:
                clauses.append([literal(sentence)])
        question = rest.partition("?")[0]
        asked = next(i for i, (thing, state) in enumerate(FACTS) if f"{thing} {state}" == question)
        used = sorted({fact for clause in clauses for fact, _ in clause})
        worlds = [dict(zip(used, values, strict=True)) for values in product((True, False), repeat=len(used))]
        answers = {w[asked] for w in worlds if all(any(w[f] == v for f, v in clause) for clause in clauses)}
        expected = {(True,): "Yes", (False,): "No", (False, True): "It cannot be determined"}[
            tuple(sorted(answers))
        ]
        assert chosen_option(case) == expected, case.prompt


def test_orderings_have_one_row_that_fits_and_it_gives_the_answer() -> None:
    low = ("shorter", "younger", "slower", "poorer", "weaker")
    for case in of("ordering"):
        pairs = []
        for first, word, second in re.findall(r"(\w+) is (\w+) than (\w+)\.", case.prompt):
            pairs.append((second, first) if word in low else (first, second))
        people = sorted({name for pair in pairs for name in pair})
        rows = [r for r in permutations(people) if all(r.index(a) < r.index(b) for a, b in pairs)]
        assert len(rows) == 1
        asked = re.search(r"Who is the (second |third )?(\w+)\?", case.prompt)
        assert asked
        place = {None: 0, "second ": 1, "third ": 2}[asked[1]]
        row = (
            rows[0][::-1]
            if asked[2] in ("shortest", "youngest", "slowest", "poorest", "weakest")
            else rows[0]
        )
        assert chosen_option(case) == row[place], case.prompt


def test_family_relations_follow_in_a_family_tree() -> None:
    """Generations between the two, blood or marriage, and the word for it, derived from the links alone."""
    generation = {"father": 1, "mother": 1, "son": -1, "daughter": -1}
    for case in of("family_relations"):
        links = {a: (word, b) for a, word, b in re.findall(r"(\w+) is the (\w+) of (\w+)\.", case.prompt)}
        asked = re.search(r"What is (\w+) to (\w+)\?", case.prompt)
        assert asked
        person, end = asked.groups()
        words, at = [], person
        while at != end:
            word, at = links[at]
            words.append(word)
        told = chosen_option(case)
        answer = re.sub(r"^\w+ is the (.+) of \w+$", r"\1", told)
        up = sum(generation.get(word, 0) for word in words)
        sideways = any(word in ("brother", "sister") for word in words)
        married = any(word in ("husband", "wife") for word in words)
        expected = {
            (2, False, False): {"grandfather", "grandmother"},
            (-2, False, False): {"grandson", "granddaughter"},
            (1, True, False): {"uncle", "aunt"},
            (-1, True, False): {"nephew", "niece"},
            (1, False, True): {"father-in-law", "mother-in-law"},
            (-1, False, True): {"son-in-law", "daughter-in-law"},
            (0, True, True): {"brother-in-law", "sister-in-law"},
            (3, False, False): {"great-grandfather", "great-grandmother"},
            (-3, False, False): {"great-grandson", "great-granddaughter"},
            (2, True, False): {"great-uncle", "great-aunt"},
            (-2, True, False): {"great-nephew", "great-niece"},
            (0, True, False): {"cousin"},
        }[up, sideways, married]
        female = words[0] in ("mother", "daughter", "sister", "wife")
        assert answer in expected, case.prompt
        assert answer == "cousin" or female == bool(re.search(r"mother|daughter|sister|aunt|niece", answer))


def test_knights_and_knaves_have_one_solution_and_it_gives_the_answer() -> None:
    for case in of("knights_and_knaves"):
        asked = re.search(r"Question: Is (\w+) an? (\w+)\?", case.prompt)
        people = re.search(r"inhabitants: (.+?)\. ", case.prompt)
        assert asked
        assert people
        names = re.findall(r"[A-Z]\w+", people[1])
        solutions = [
            roles
            for values in product((True, False), repeat=len(names))
            for roles in [dict(zip(names, values, strict=True))]
            if all(_true(claim, roles, asked[2]) == roles[speaker] for speaker, claim in _claims(case, names))
        ]
        assert len(solutions) == 1, case.prompt
        assert (case.target == "Yes") == solutions[0][asked[1]]


def _claims(case: Case, names: list[str]) -> list[tuple[str, str]]:
    """(speaker, claim) of every sentence: the claim has verbs of being, the speaker is the name outside it."""
    body = case.prompt.partition("inhabitants: ")[2].partition("\nQuestion")[0].partition(". ")[2]
    unquoted = re.split(r"(?<=\.)\s|(?<=\.\")\s", body)
    claims = []
    for sentence in unquoted:
        quote = re.search(r'"(.+?)[.,]?"', sentence)
        if quote:
            claim, outside = quote[1], sentence.replace(quote[0], " ")
        else:
            outside, _, claim = sentence.rstrip(".").partition(" that ")
        speaker = next(name for name in names if re.search(rf"\b{name}\b", outside))
        claims.append((speaker, claim))
    return claims


def _true(claim: str, roles: dict[str, bool], knight: str) -> bool:
    """Evaluate a claim by turning its words into Python's logic."""
    code = re.sub(
        r"(\w+) is an? (\w+)", lambda m: f"({roles[m[1]]} == {m[2] == knight})", claim.replace("(", " ( ")
    )
    while (found := re.search(r"\bif ((?:[^()]|\((?:[^()]|\([^()]*\))*\))*?) then (.+)", code)) is not None:
        code = f"{code[: found.start()]}((not ({found[1]})) or ({found[2]}))"
    code = re.sub(r"it is not the case that", "not", code)
    sides = re.split(r" if and only if ", code)
    return (
        len({bool(eval(side, {}, {})) for side in sides}) == 1
        if len(sides) == 2
        else bool(eval(code, {}, {}))
    )


def test_right_labels_are_balanced_in_every_subtype_and_difficulty() -> None:
    for subtype in logical_reasoning.SUBTYPES:
        for difficulty in logical_reasoning.DIFFICULTIES:
            cases = logical_reasoning.generate(36, 1, (subtype,), difficulty)
            counts = Counter(case.target for case in cases)
            assert set(counts) == set(cases[0].choices)
            assert max(counts.values()) - min(counts.values()) <= 1


def test_verdicts_of_propositions_are_balanced_too() -> None:
    counts = Counter(
        chosen_option(case) for case in logical_reasoning.generate(90, 1, ("propositional",), "hard")
    )
    assert set(counts.values()) == {30}


@pytest.mark.parametrize("n", [6, 12, 24, 36])
def test_short_suites_are_balanced_between_yes_and_no(n: int) -> None:
    counts = Counter(c.target for c in write_suite("logical_reasoning", n).cases if len(c.choices) == 2)
    assert abs(counts["Yes"] - counts["No"]) <= 1


def test_letters_are_balanced_within_each_difficulty_of_a_mixed_suite() -> None:
    for subtype in ("propositional", "family_relations", "ordering"):
        cases = logical_reasoning.generate(108, 1, (subtype,), None)
        for difficulty in logical_reasoning.DIFFICULTIES:
            counts = Counter(case.target for case in cases if case.difficulty == difficulty)
            assert set(counts.values()) in ({9}, {12}), (subtype, difficulty, counts)


def test_prompts_are_cloze_prompts_with_a_chance_level() -> None:
    for case in CASES:
        assert case.prompt.endswith("\nAnswer:")
        assert case.prompt.isascii()
        assert case.target in case.choices
        assert case.chance == 1 / len(case.choices)


@pytest.mark.parametrize("subtype", logical_reasoning.SUBTYPES)
def test_every_subtype_has_a_thousand_different_problems(subtype: str) -> None:
    assert {c.subtype for c in write_suite("logical_reasoning", 1000, subtypes=(subtype,)).cases} == {subtype}


def test_the_same_seed_gives_the_same_cases_whatever_the_global_random_state() -> None:
    random.seed(1)
    first = write_suite("logical_reasoning", 30, seed=5)
    random.seed(2)
    assert write_suite("logical_reasoning", 30, seed=5).hash == first.hash
    assert write_suite("logical_reasoning", 30, seed=6).hash != first.hash
    assert write_suite("logical_reasoning", 15, seed=5).cases == first.cases[:15]
