"""Forms of written cases whose answers are texts: functions with tests, summaries, translations."""

import random
import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from prompts.llm_draft import Draft, Text
from tools.cases import Case
from tools.sandbox import Limits, run_tests

CODE = '''Complete this Python function. Use only the standard library, and write nothing but its code.

def {name}({parameters}):
    """{description}
    """
'''
LANGUAGES = {"French": "fr", "German": "de", "Spanish": "es"}
SANDBOX = Limits()


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
