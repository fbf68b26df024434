"""Plain data crosses unchanged, everything else becomes something that equals nothing."""

import json
import math
import os
import struct
from collections import Counter, OrderedDict, defaultdict, namedtuple

import pytest

from tools.sandbox import system_calls
from tools.sandbox.inside.wire import Opaque, decode, encode, is_plain, receive, send


def crossed(value: object) -> object:
    """The value after it went over as text."""
    return decode(json.loads(json.dumps(encode(value))))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(2**53),
        pytest.param(10**5000, id="more digits than str allows"),
        1.5,
        math.inf,
        -0.0,
        2 + 3j,
        "text",
        "\udc80 lone surrogate",
        b"\x00\xff",
        bytearray(b"ab"),
        [1, [2, (3, {4})]],
        {"a": [1], 2: (3,), (1, 2): None},
        frozenset({1, "x"}),
        range(1, 10, 3),
        {"int": "0x10"},
        {"opaque": "x"},
    ],
)
def test_plain_data_crosses_unchanged(value: object):
    result = crossed(value)
    assert result == value
    assert type(result) is type(value)
    assert is_plain(value)


def test_not_a_number_crosses():
    assert math.isnan(crossed(math.nan))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Counter("aab"), {"a": 2, "b": 1}),
        (defaultdict(list, a=[1]), {"a": [1]}),
        (OrderedDict(a=1), {"a": 1}),
        (namedtuple("Point", "x y")(1, 2), (1, 2)),
    ],
)
def test_subclasses_cross_as_their_builtin_type(value: object, plain: object):
    assert crossed(value) == plain
    assert type(crossed(value)) is type(plain)


def test_other_objects_equal_nothing_and_are_neither_true_nor_false():
    result = crossed([print])
    assert isinstance(result, list)
    assert isinstance(result[0], Opaque)
    assert result != [print]
    assert not is_plain([print])
    with pytest.raises(TypeError, match="builtin_function_or_method is not plain data"):
        bool(result[0])


@pytest.mark.parametrize(
    "data", [{}, {"a": 1, "b": 2}, {"set": [[]]}, {"int": 5}, {"dict": [1]}, {"eval": "1"}]
)
def test_forged_data_is_refused(data: object):
    with pytest.raises((ValueError, TypeError)):
        decode(data)


def test_frames_cross_a_pipe_and_too_long_ones_are_refused():
    reading, writing = os.pipe()
    send(writing, {"value": "ä" * 100})
    assert receive(reading, 1000) == {"value": "ä" * 100}
    send(writing, {"value": "a" * 100})
    with pytest.raises(ValueError, match="a value of 113 bytes"):
        receive(reading, 100)
    os.close(writing)
    os.read(reading, 1000)
    with pytest.raises(EOFError):
        receive(reading, 100)
    os.close(reading)


def verdict_of_filter(program: bytes, architecture: int, number: int) -> int:
    """Runs the classic BPF program of four opcodes by hand and gives what it returns."""
    instructions = list(struct.iter_unpack("=HBBI", program))
    position = accumulator = 0
    while True:
        code, jump_true, jump_false, operand = instructions[position]
        position += 1
        if code == system_calls.RETURN:
            return operand
        if code == system_calls.LOAD_WORD:
            accumulator = {0: number, 4: architecture}[operand]
        elif code == system_calls.JUMP_IF_EQUAL:
            position += jump_true if accumulator == operand else jump_false
        elif code == system_calls.JUMP_IF_AT_LEAST:
            position += jump_true if accumulator >= operand else jump_false


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_refuses_exactly_the_listed_calls(machine: str):
    program = system_calls.seccomp_filter(machine)
    assert program is not None
    architecture = system_calls.AUDIT_ARCHITECTURES[machine]
    column = ["x86_64", "aarch64"].index(machine)
    listed = {numbers[column] for numbers in system_calls.DENIED.values()}
    for number in range(512):
        expected = system_calls.REFUSE if number in listed else system_calls.ALLOW
        assert verdict_of_filter(program, architecture, number) == expected
    assert verdict_of_filter(program, architecture, 0x40000000 + 56) == system_calls.REFUSE
    assert verdict_of_filter(program, 0x40000003, 1) == system_calls.KILL_PROCESS
    assert system_calls.seccomp_filter("a machine of tomorrow") is None
