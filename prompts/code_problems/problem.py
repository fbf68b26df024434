"""A programming problem: a reference solution whose constants, names and inputs are drawn for each case."""

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from string import Template
from types import ModuleType
from typing import Any

from tools.cases import Difficulty

Arguments = tuple[Any, ...]

N_EXAMPLES = 2
N_TESTS = 7
MAX_DRAWS = 200
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Variant:
    """One drawing of a problem: the function to write, its examples and its tests."""

    name: str
    signature: str
    """Parameter names as they stand between the parentheses."""
    description: str
    constants: dict[str, Any]
    examples: tuple[tuple[Arguments, Any], ...]
    """Arguments and results that the prompt shows; none of them is a test."""
    tests: tuple[tuple[Arguments, Any], ...]


@dataclass(frozen=True)
class Problem:
    """A reference solution (`reference`) with everything that varies around it. Calling it calls the reference."""

    reference: Callable[..., Any]
    difficulty: Difficulty
    names: tuple[str, ...]
    """What the function may be called in a prompt; never the reference's own name."""
    inputs: Callable[..., Arguments]
    """Draws arguments: `inputs(random, **constants)`."""
    mutant: tuple[str, str]
    """A replacement in the reference's body (at its first place) that makes it wrong."""
    edges: tuple[Arguments, ...] = ()
    """Arguments that are always among the tests."""
    boundaries: Callable[..., tuple[Arguments, ...]] | None = None
    """The same where they hang on the constants: `boundaries(**constants)`."""
    constants: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """Keyword-only parameters of the reference and their possible values; `$name` in its docstring."""
    tolerant: bool = False
    """Whether results are floats, compared within `TOLERANCE`."""

    def __call__(self, *arguments: Any, **constants: Any) -> Any:
        return self.reference(*arguments, **constants)

    def draw(self, random: Random) -> Variant:
        """A variant. Raises ValueError where the inputs vary too little for tests and examples."""
        constants = {name: random.choice(values) for name, values in self.constants.items()}
        always = self.edges + (self.boundaries(**constants) if self.boundaries else ())
        tests = [self._solved(arguments, constants) for arguments in always]
        examples: list[tuple[Arguments, Any]] = []
        seen = {repr(arguments) for arguments, _ in tests}
        for _ in range(MAX_DRAWS):
            solved = self._solved(self.inputs(random, **constants), constants)
            if repr(solved[0]) in seen or _one_sided(solved, examples, N_EXAMPLES):
                continue
            if len(tests) + 1 >= N_TESTS and _one_sided(solved, tests, N_TESTS):
                continue
            seen.add(repr(solved[0]))
            (examples if len(examples) < N_EXAMPLES else tests).append(solved)
            if len(tests) >= N_TESTS and len(examples) == N_EXAMPLES:
                break
        else:
            raise ValueError(f"the inputs of {self.reference.__name__} vary too little")
        parameters = inspect.signature(self.reference).parameters.values()
        return Variant(
            name=random.choice(self.names),
            signature=", ".join(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY),
            description=Template(inspect.getdoc(self.reference) or "").substitute(constants),
            constants=constants,
            examples=tuple(examples),
            tests=tuple(tests),
        )

    def _solved(self, arguments: Arguments, constants: dict[str, Any]) -> tuple[Arguments, Any]:
        return arguments, self.reference(*copy.deepcopy(arguments), **constants)

    def solution(self, variant: Variant, *, mutated: bool = False) -> str:
        """Source of the reference solution of a variant, or of its mutant: what a right (a wrong) model writes."""
        (function,) = ast.parse(textwrap.dedent(inspect.getsource(self.reference))).body
        assert isinstance(function, ast.FunctionDef)
        function.decorator_list, function.body = [], function.body[1:]  # without its docstring
        source = ast.unparse(function)
        if mutated:
            head, body = source.split("\n", 1)
            if self.mutant[0] not in body:
                raise ValueError(f"{self.mutant[0]!r} is not in the body of {function.name}")
            source = f"{head}\n{body.replace(*self.mutant, 1)}"
        arguments = ", ".join([variant.signature, *(f"{k}={v!r}" for k, v in variant.constants.items())])
        return f"{source}\n\n\ndef {variant.name}({variant.signature}):\n    return {function.name}({arguments})\n"


def problem(**properties: Any) -> Callable[[Callable[..., Any]], Problem]:
    """Makes a problem of a reference solution; `properties` are the fields of `Problem`."""

    def made(reference: Callable[..., Any]) -> Problem:
        return Problem(reference, **properties)

    return made


def problems_of(module: ModuleType) -> tuple[Problem, ...]:
    """The problems of a module, in their order there."""
    return tuple(value for value in vars(module).values() if isinstance(value, Problem))


def _one_sided(solved: tuple[Arguments, Any], others: list[tuple[Arguments, Any]], size: int) -> bool:
    """Whether with this one, the last of `size`, all results would be the same: then a constant would pass."""
    return len(others) == size - 1 and all(result == solved[1] for _, result in others)
