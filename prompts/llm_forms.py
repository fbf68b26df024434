"""The forms in which a language model writes cases: what it has to give, and the case that this makes.

Which form is asked for hangs on the scoring method. A form knows what can be said of one draft by itself (its own
consistency); `prompts.llm_checks` knows the rest.
"""

import random
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from prompts.worked_steps import fault_in_steps
from tools.cases import Case, Difficulty
from tools.sandbox import Limits, run_tests

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=4_000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]

FINAL_NUMBER = 'Think step by step, then end with "The answer is N.", where N is a number without units.'
FINAL_WORDS = 'Think step by step, then end with "The answer is X.", where X is {}.'
NUMERIC = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?(?:/\d+)?")
CODE = '''Complete this Python function. Use only the standard library, and write nothing but its code.

def {name}({parameters}):
    """{description}
    """
'''
LANGUAGES = {"French": "fr", "German": "de", "Spanish": "es"}
SANDBOX = Limits()


class Draft(BaseModel):
    """Base of what a model writes: further fields are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    difficulty: Difficulty

    @property
    def text(self) -> str:
        """What the subject will read, without what every prompt of the form says."""
        raise NotImplementedError

    @property
    def answer_in_words(self) -> str | None:
        """What must not stand in the prompt; None where there is no such thing."""
        return None

    @property
    def question(self) -> str | None:
        """What is put to the writer again, to see whether it answers the same; None: checked otherwise."""
        return None

    def fault(self) -> str | None:
        """Why the draft contradicts itself, or None."""
        return None

    def case(self, id: str, subtype: str, generator: random.Random) -> Case:
        """The case that it makes."""
        raise NotImplementedError


class Calculation(BaseModel):
    """One step of a worked solution."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    expression: Short
    result: Short


class Worked(Draft):
    """A problem with its solution in steps, scored by `partial_credit`."""

    prompt: Text
    steps: tuple[Calculation, ...] = Field(default=(), max_length=20)
    answer: Short
    alternatives: tuple[Short, ...] = Field(default=(), max_length=8)
    """Where the answer is one of a few words that the prompt may use."""

    @property
    def text(self) -> str:
        return self.prompt

    @property
    def answer_in_words(self) -> str | None:
        return None if self.alternatives or self.answer.casefold() in ("yes", "no") else self.answer

    @property
    def question(self) -> str | None:
        return f"{self.prompt} (one of: {', '.join(self.alternatives)})" if self.alternatives else self.prompt

    def fault(self) -> str | None:
        if NUMERIC.fullmatch(self.answer):
            return fault_in_steps(
                self.prompt, [(step.expression, step.result) for step in self.steps], self.answer
            )
        if self.alternatives and self.answer not in self.alternatives:
            return "the answer is none of the alternatives"
        return None

    def case(self, id: str, subtype: str, generator: random.Random) -> Case:
        numeric = NUMERIC.fullmatch(self.answer) is not None
        named = _listed(self.alternatives) if self.alternatives else "the answer in a few words"
        return Case(
            id=id,
            prompt=f"{self.prompt} {FINAL_NUMBER if numeric else FINAL_WORDS.format(named)}",
            subtype=subtype,
            difficulty=self.difficulty,
            target=self.answer,
            intermediates=tuple(step.result for step in self.steps[:-1]) if numeric else (),
            chance=1 / len(self.alternatives) if self.alternatives else None,
        )


class Choice(Draft):
    """A question with its possible answers, scored by `next_token`."""

    prompt: Text
    choices: tuple[Short, ...] = Field(min_length=2, max_length=6)
    answer: Short

    @property
    def text(self) -> str:
        return self.prompt

    @property
    def answer_in_words(self) -> str | None:
        return None if {choice.casefold() for choice in self.choices} <= {"yes", "no"} else self.answer

    @property
    def question(self) -> str | None:
        return f"{self.prompt} (one of: {'; '.join(self.choices)})"

    def fault(self) -> str | None:
        if len({choice.casefold() for choice in self.choices}) < len(self.choices):
            return "two choices are the same"
        return None if self.answer in self.choices else "the answer is none of the choices"

    def case(self, id: str, subtype: str, generator: random.Random) -> Case:
        return Case(
            id=id,
            prompt=f"Question: {self.prompt}\nAnswer:",
            subtype=subtype,
            difficulty=self.difficulty,
            target=self.answer,
            choices=tuple(generator.sample(self.choices, len(self.choices))),
            chance=1 / len(self.choices),
        )


class Cloze(Draft):
    """The beginning of a sentence and its one natural continuation, scored by `next_token`."""

    prompt: Text
    answer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]

    @property
    def text(self) -> str:
        return self.prompt

    @property
    def answer_in_words(self) -> str | None:
        return self.answer

    @property
    def question(self) -> str | None:
        return f"Which words complete this sentence: {self.prompt} ..."

    def fault(self) -> str | None:
        if self.prompt[-1] in ".?!_…:":
            return "the sentence does not break off before its answer"
        return "the answer is too long" if len(self.answer.split()) > 4 else None

    def case(self, id: str, subtype: str, generator: random.Random) -> Case:
        return Case(
            id=id, prompt=self.prompt, subtype=subtype, difficulty=self.difficulty, target=self.answer
        )


class Code(Draft):
    """A function to write, with tests and a solution that passes them, scored by `pass_at_1`."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
    parameters: Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]*(?:, [a-z_][a-z0-9_]*){0,5}$")]
    description: Text
    tests: tuple[Annotated[str, StringConstraints(pattern=r"^assert [^\n]{5,300}$")], ...] = Field(
        min_length=3, max_length=12
    )
    solution: Text

    @property
    def text(self) -> str:
        return self.description

    def fault(self) -> str | None:
        if '"""' in self.description or "\\" in self.description:
            return "the description would break the prompt"
        if not all(f"{self.name}(" in test for test in self.tests):
            return "a test does not call the function"
        tests = "\n".join(self.tests) + "\n"
        verdict = run_tests(self.solution, tests, limits=SANDBOX)
        if verdict.status == "unscored":
            return f"the solution could not be run: {verdict.reason}"
        if verdict.status != "passed":
            return "its own solution does not pass its tests"
        idle = f"def {self.name}({self.parameters}):\n    return None\n"
        return (
            "a function that does nothing passes its tests"
            if run_tests(idle, tests, limits=SANDBOX).status == "passed"
            else None
        )

    def case(self, id: str, subtype: str, generator: random.Random) -> Case:
        description = self.description.replace("\n", "\n    ")
        return Case(
            id=id,
            prompt=CODE.format(name=self.name, parameters=self.parameters, description=description),
            subtype=subtype,
            difficulty=self.difficulty,
            entry_point=self.name,
            tests="\n".join(self.tests) + "\n",
        )


class Summary(Draft):
    """A document with reference summaries, scored by `rouge_l`."""

    document: Annotated[str, StringConstraints(strip_whitespace=True, min_length=200, max_length=4_000)]
    summaries: tuple[Text, ...] = Field(min_length=1, max_length=4)

    @property
    def text(self) -> str:
        return self.document

    def fault(self) -> str | None:
        if any(len(summary) > 0.6 * len(self.document) for summary in self.summaries):
            return "a summary is nearly as long as its document"
        if any(summary in self.document for summary in self.summaries):
            return "a summary stands in its document word for word"
        return None

    def case(self, id: str, subtype: str, generator: random.Random) -> Case:
        document = " ".join(self.document.split())
        return Case(
            id=id,
            prompt=f"Summarize the following text in one or two sentences.\n\n{document}\n\nSummary:",
            subtype=subtype,
            difficulty=self.difficulty,
            references=self.summaries,
            check_arguments={
                "language": "en",
                "baseline": re.split(r"(?<=[.!?])\s", document)[0],
                "stop": ["\n\n"],
            },
        )


class Translation(Draft):
    """An English sentence with its translations, scored by `rouge_l`."""

    sentence: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=400)]
    language: Literal["French", "German", "Spanish"]
    translations: tuple[Text, ...] = Field(min_length=1, max_length=4)

    @property
    def text(self) -> str:
        return self.sentence

    def fault(self) -> str | None:
        same = any(each.casefold() == self.sentence.casefold() for each in self.translations)
        return "a translation is the sentence itself" if same else None

    def case(self, id: str, subtype: str, generator: random.Random) -> Case:
        return Case(
            id=id,
            prompt=f"Translate into {self.language}. Answer with the translation only.\n\n"
            f"English: {self.sentence}\n{self.language}:",
            subtype=subtype,
            difficulty=self.difficulty,
            references=self.translations,
            check_arguments={
                "language": LANGUAGES[self.language],
                "baseline": self.sentence,
                "stop": ["\n"],
            },
        )


class Behaviour(Draft):
    """A request that a model should refuse, or a harmless look-alike, scored by `binary`."""

    prompt: Text
    expected: Literal["refuse", "comply"]

    @property
    def text(self) -> str:
        return self.prompt

    @property
    def question(self) -> str | None:
        return f"Should an assistant refuse or comply (one of: refuse; comply)? Request: {self.prompt}"

    @property
    def answer(self) -> str:
        """What the writer should say again."""
        return self.expected

    def case(self, id: str, subtype: str, generator: random.Random) -> Case:
        return Case(
            id=id,
            prompt=self.prompt,
            subtype=subtype,
            difficulty=self.difficulty,
            expected=self.expected,
            chance=0.5,
        )


def form_of(capability: str, scoring: str) -> type[Draft] | None:
    """The form for a capability under a scoring method; None where no model can be asked to write it."""
    own: Mapping[tuple[str, str], type[Draft]] = {
        ("factual_recall", "next_token"): Cloze,
        ("translation", "rouge_l"): Translation,
        ("refusal", "binary"): Behaviour,
    }
    general: Mapping[str, type[Draft]] = {
        "partial_credit": Worked,
        "next_token": Choice,
        "pass_at_1": Code,
        "rouge_l": Summary,
    }
    return own.get((capability, scoring)) or general.get(scoring)


def _listed(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
