"""The deterministic judge of paragraphs: it reads words and probabilities, and needs no other model.

A sentence bears on the fact where it says the new answer or the old one; a negation within five words before an
answer denies it.

    factual consistency     = share of the bearing sentences that affirm the new answer; 0 where none bears on it
    fluency                 = share of different word trigrams · min(1, exp(l - l_baseline))
    absence of contradiction = 0 where a sentence affirms the old answer or denies the new one, else 1

l is the paragraph's mean log-probability per token under the unedited model, l_baseline that of the paragraph which
the unedited model wrote itself: their ratio falls where the edited model writes what no model would.
"""

import math

from tools.edit_benchmarks._mentions import affirms, denies, sentences_of
from tools.editing.judging import Paragraph, Verdict
from tools.editing.request import EditRequest

NGRAM = 3


class OfflineJudge:
    """Judges by words and probabilities."""

    name = "offline judge"
    version = "1"

    def judge(self, request: EditRequest, paragraph: Paragraph) -> Verdict:
        """The three axes of a paragraph; without text there is nothing that is fluent or contradicts."""
        if not paragraph.text.strip():
            return Verdict(
                factual_consistency=0.0,
                fluency=0.0,
                absence_of_contradiction=1.0,
                note="The model wrote nothing.",
            )
        new, old = request.target, request.true_target or ""
        sentences = sentences_of(paragraph.text)
        affirming = [affirms(sentence, new) for sentence in sentences]
        contradicting = [affirms(sentence, old) or denies(sentence, new) for sentence in sentences]
        n_bearing = sum(a or c for a, c in zip(affirming, contradicting, strict=True))
        fluency, fluency_note = _fluency(paragraph)
        notes = [
            f"{sum(affirming)} of {len(sentences)} sentences affirm the new answer, {sum(contradicting)} "
            "affirm the old one or deny the new one.",
            "" if old else "The old answer is not known, so only denials of the new one count against it.",
            fluency_note,
        ]
        return Verdict(
            factual_consistency=sum(affirming) / n_bearing if n_bearing else 0.0,
            fluency=fluency,
            absence_of_contradiction=float(not any(contradicting)),
            note=" ".join(note for note in notes if note),
        )


def _fluency(paragraph: Paragraph) -> tuple[float | None, str]:
    if paragraph.log_prob is None or paragraph.baseline_log_prob is None:
        return None, "Its probability under the unedited model could not be read, so fluency is unscored."
    words = paragraph.text.casefold().split()
    ngrams = [tuple(words[start : start + NGRAM]) for start in range(max(1, len(words) - NGRAM + 1))]
    distinct = len(set(ngrams)) / len(ngrams)
    likelihood = math.exp(min(0.0, paragraph.log_prob - paragraph.baseline_log_prob))
    return distinct * likelihood, f"Different trigrams {distinct:.2f}, likelihood ratio {likelihood:.2f}."
