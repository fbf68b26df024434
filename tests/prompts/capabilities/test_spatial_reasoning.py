"""Spatial reasoning: every answer is simulated a second time from the text alone, with complex numbers."""

import random
import re
from collections import Counter

import pytest

from prompts.capabilities import spatial_reasoning
from prompts.suite import write_suite
from tools.cases import Case
from tools.models.subject import Generation
from tools.scoring.partial_credit import credit_of

CASES = spatial_reasoning.generate(450, 3, (), None)
WAY = {"north": 1j, "east": 1, "south": -1j, "west": -1}
ARROW = {"up": 1j, "right": 1, "down": -1j, "left": -1}
TURN = {"right": -1j, "left": 1j, "around": -1}


def of(subtype: str) -> list[Case]:
    return [case for case in CASES if case.subtype == subtype]


def name_of(table: dict[str, complex], value: complex) -> str:
    return next(name for name, way in table.items() if way == value)


def test_directions() -> None:
    for case in of("directions"):
        start = re.search(r"faces (\w+)\.", case.prompt)
        assert start
        facing, faced = complex(WAY[start[1]]), []
        for turn in re.findall(r"turns (\w+)\.", case.prompt):
            facing *= TURN[turn]
            faced.append(name_of(WAY, facing))
        assert case.target == faced[-1]
        assert case.intermediates == tuple(faced[:-1])


def test_navigation() -> None:
    for case in of("navigation"):
        facing = re.search(r"faces (\w+)\.", case.prompt)
        heading, at = complex(WAY[facing[1]]) if facing else 0j, 0j
        moves = re.findall(r"(?:turns (\w+) and )?walks (\d+) squares? (\w+)\.", case.prompt)
        for turn, length, way in moves:
            heading = heading * TURN.get(turn, 1) if way == "forward" else complex(WAY[way])
            at += heading * int(length)
        assert case.target == str(int(abs(at.real) + abs(at.imag)))
        assert case.intermediates == (str(int(abs(at.imag))), str(int(abs(at.real))))


def test_relative_position() -> None:
    for case in of("relative_position"):
        links = re.findall(r"The (\w+) is (?:directly|(\d+) km) (\w+) of the (\w+)\.", case.prompt)
        asked = re.search(r"is the (\w+) from the (\w+)\?", case.prompt)
        assert asked
        at = {asked[2]: 0j}
        while asked[1] not in at:
            for place, length, way, other in links:
                step = WAY[way] * int(length or 1)
                if other in at:
                    at.setdefault(place, at[other] + step)
                if place in at:
                    at.setdefault(other, at[place] - step)
        there = at[asked[1]]
        vertical = "north" if there.imag > 0 else "south" if there.imag < 0 else ""
        horizontal = "east" if there.real > 0 else "west" if there.real < 0 else ""
        assert case.target == vertical + horizontal


def _transformed(point: complex, step: str) -> complex:
    if "left and right" in step:
        return complex(-point.real, point.imag)
    if "top and bottom" in step:
        return point.conjugate()
    return point * {"90 degrees clockwise": -1j, "180 degrees": -1, "90 degrees counterclockwise": 1j}[step]


STEP = re.compile(r"(?:rotated|mirrored so that) (.+?)(?: swap)?\.")


def test_rotation() -> None:
    rows = {"top": 1, "middle": 0, "bottom": -1}
    columns = {"left": -1, "middle": 0, "right": 1}
    for case in of("rotation"):
        steps = STEP.findall(case.prompt)
        pointed = re.search(r"points (\w+)\.", case.prompt)
        if pointed:
            arrow = complex(ARROW[pointed[1]])
            for step in steps:
                arrow = _transformed(arrow, step)
            assert case.target == name_of(ARROW, arrow)
            continue
        grid = [line.split() for line in case.prompt.splitlines()[1:4]]
        points = {complex(x - 1, 1 - y): letter for y, row in enumerate(grid) for x, letter in enumerate(row)}
        for step in steps:
            points = {_transformed(point, step): letter for point, letter in points.items()}
        cell = re.search(r"in the (?:(\w+) (\w+) corner|middle of the (\w+) (row|column)) now", case.prompt)
        assert cell
        if cell[1]:
            place = complex(columns[cell[2]], rows[cell[1]])
        else:
            place = complex(0, rows[cell[3]]) if cell[4] == "row" else complex(columns[cell[3]], 0)
        assert case.target == points[place], case.prompt


def test_containment() -> None:
    for case in of("containment"):
        where = {}
        start = re.search(
            r"The (\w+) and the (\w+) are in the (\w+), and the (\w+) is in the (\w+)\.", case.prompt
        )
        asked = re.search(r"In which room is the (\w+) now", case.prompt)
        assert start
        assert asked
        where = {start[1]: start[3], start[2]: start[3], start[4]: start[5]}

        def room(what: str, where: dict[str, str]) -> str:
            return room(where[what], where) if what in where else what

        for verb, what, into in re.findall(
            r"(puts|carries|takes) the (\w+) (?:in|to|out of) the (\w+)\.", case.prompt
        ):
            where[what] = room(into, where) if verb == "takes" else into
        assert case.target == room(asked[1], where), case.prompt


def test_closed_answers_are_balanced() -> None:
    for subtype, difficulty, n_answers in [
        ("directions", "easy", 4),
        ("directions", "hard", 4),
        ("relative_position", "easy", 8),
        ("relative_position", "hard", 8),
        ("rotation", "medium", 4),
    ]:
        counts = Counter(c.target for c in spatial_reasoning.generate(48, 1, (subtype,), difficulty))
        assert set(counts.values()) == {48 // n_answers}


def test_the_room_is_each_of_the_four_that_are_named_equally_often() -> None:
    places: Counter[int] = Counter()
    for case in spatial_reasoning.generate(48, 1, ("containment",), "hard"):
        rooms = re.search(r"where X is (\w+), (\w+), (\w+) or (\w+)\.", case.prompt)
        assert rooms
        places[rooms.groups().index(str(case.target))] += 1
    assert set(places.values()) == {12}


def test_a_right_answer_in_the_asked_form_earns_1_and_a_blind_guess_nothing_for_steps() -> None:
    for case in CASES[:90]:
        assert credit_of(case, Generation(f"The answer is {case.target}.", 5, "eos")).value == 1.0
        assert credit_of(case, Generation("The answer is 987.", 5, "eos")).value == 0.0
        echo = credit_of(case, Generation(f"{case.prompt}\nThe answer is 987.", 5, "eos"))
        assert echo.value == 0.0, case.prompt


def test_prompts_are_clean() -> None:
    for case in CASES:
        assert case.prompt.isascii()
        assert case.prompt == case.prompt.strip()
        assert 'then end with "The answer is ' in case.prompt


@pytest.mark.parametrize("difficulty", spatial_reasoning.DIFFICULTIES)
@pytest.mark.parametrize("subtype", spatial_reasoning.SUBTYPES)
def test_every_kind_has_a_thousand_different_problems(subtype: str, difficulty: str) -> None:
    suite = write_suite("spatial_reasoning", 1000, subtypes=(subtype,), difficulty=difficulty)  # type: ignore[arg-type]
    assert {(case.subtype, case.difficulty) for case in suite.cases} == {(subtype, difficulty)}


def test_the_same_seed_gives_the_same_cases_whatever_the_global_random_state() -> None:
    random.seed(1)
    first = write_suite("spatial_reasoning", 30, seed=5)
    random.seed(2)
    assert write_suite("spatial_reasoning", 30, seed=5).hash == first.hash
    assert write_suite("spatial_reasoning", 30, seed=6).hash != first.hash
    assert write_suite("spatial_reasoning", 15, seed=5).cases == first.cases[:15]
