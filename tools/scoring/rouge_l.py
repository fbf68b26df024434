"""How much of a reference text the model's text has in common with it, in order (ROUGE-L).

With L the length of the longest common subsequence of words, precision P = L / words of the output,
recall R = L / words of the reference, the credit is F = 2PR / (P + R). Of several references the one with
the highest F counts.

Source: Lin (2004), "ROUGE: A Package for Automatic Evaluation of Summaries", section 3, with equal weight
on P and R as in the `rouge-score` package, which computes it.

Words: for English the package's own tokenizer (lower case, a-z and 0-9, Porter stems of words of more than
three letters). That tokenizer drops every other character, so a case whose `check_arguments` name another
`language` is cut into Unicode words instead (NFC, lower case, accents kept, not stemmed; Chinese characters
and Japanese kana count one by one).

Caveats: it compares words, not meaning, so a right paraphrase loses credit and a wrong number costs one word.
Read it beside the score of a trivial answer to the same case (`baseline` in the details: the lead sentence of
a document, an untranslated source), and compare models on one suite rather than across languages.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tools.cases import Case
from tools.models.subject import Generation, Subject
from tools.progress import Report
from tools.results import Credit

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer

GENERATES = True


class Settings(BaseModel):
    """Knobs of ROUGE-L."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_new_tokens: int = Field(default=128, ge=1, le=4096)
    """Where the model's text is cut off."""
    stem: bool = True
    """Porter stems for English; never for other languages."""
    tokenizer: Literal["by_language"] = "by_language"
    """`rouge_score` for English, `unicode_words` for other languages; a credit's details name its own."""


class UnicodeWords:
    """Cuts text into runs of letters, marks and digits of any script, for `RougeScorer(tokenizer=...)`."""

    def tokenize(self, text: str) -> list[str]:
        """The words of `text` in order."""
        return "".join(map(_spaced, unicodedata.normalize("NFC", text).lower())).split()


def _spaced(character: str) -> str:
    if "\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff":
        return f" {character} "
    return character if unicodedata.category(character)[0] in "LMN" else " "


def score(subject: Subject, cases: Sequence[Case], settings: Settings, report: Report) -> Iterator[Credit]:
    """One credit for each case: the F-measure of its best reference.

    A case's `check_arguments` may hold `language` (ISO 639-1 code of the references, default `en`),
    `baseline` (a trivial answer, scored into the details) and `stop` (strings that end the text of a model
    without chat template, which would otherwise write on; a chat model ends by itself).
    """
    scorers: dict[bool, RougeScorer] = {}
    for stop, indices in _by_stop(cases, subject.has_chat_template).items():
        prompts = [cases[index].prompt for index in indices]
        generations = subject.generate(
            prompts, max_new_tokens=settings.max_new_tokens, stop=stop, report=report
        )
        for position, generation in generations:
            case = cases[indices[position]]
            english = case.check_arguments.get("language", "en") == "en"
            if english not in scorers:
                scorers[english] = _scorer(english, settings.stem)
            yield _credit(case, generation, scorers[english], english)


def _by_stop(cases: Sequence[Case], has_chat_template: bool) -> dict[tuple[str, ...], list[int]]:
    """Indices of the cases that are generated together: those with the same stop strings."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, case in enumerate(cases):
        wanted = case.check_arguments.get("stop")
        stops = tuple(map(str, wanted)) if isinstance(wanted, list) and not has_chat_template else ()
        groups.setdefault(stops, []).append(index)
    return groups


def _scorer(english: bool, stem: bool) -> "RougeScorer":
    from rouge_score.rouge_scorer import RougeScorer  # 1.5 s, because of nltk

    if english:
        return RougeScorer(["rougeL"], use_stemmer=stem)
    return RougeScorer(["rougeL"], tokenizer=UnicodeWords())


def _credit(case: Case, generation: Generation, scorer: "RougeScorer", english: bool) -> Credit:
    output = generation.text.strip()
    if generation.stopped_by.startswith("error"):
        return Credit(
            case_id=case.id, output=output, unscored_reason=f"generation failed: {generation.stopped_by}"
        )
    if not output:
        return Credit(case_id=case.id, output=output, unscored_reason="the model wrote nothing")
    references = [text for text in case.references if _has_words(scorer, text)]
    if not references:
        return Credit(
            case_id=case.id, output=output, unscored_reason="the case has no reference text with words"
        )
    rouge = [scorer.score(reference, output)["rougeL"] for reference in references]
    best = max(range(len(rouge)), key=lambda index: rouge[index].fmeasure)
    details: dict[str, JsonValue] = {
        "precision": rouge[best].precision,
        "recall": rouge[best].recall,
        "reference": references[best],
        "tokenizer": "rouge_score" if english else "unicode_words",
        "n_tokens": generation.n_tokens,
        "stopped_by": generation.stopped_by,
    }
    baseline = case.check_arguments.get("baseline")
    if isinstance(baseline, str):
        details["baseline"] = max(scorer.score(text, baseline)["rougeL"].fmeasure for text in references)
    return Credit(case_id=case.id, value=rouge[best].fmeasure, output=output, details=details)


def _has_words(scorer: "RougeScorer", text: str) -> bool:
    return scorer.score(text, text)["rougeL"].fmeasure > 0
