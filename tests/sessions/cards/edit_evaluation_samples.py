"""A card of two edits of which one took, small enough to check by eye."""

import math
from typing import Any

from sessions.card import EditEvaluationCard, EditMeasure, RejectedEdit
from sessions.cards.edit_evaluation import evaluated_edits
from tests.sessions.cards.edit_samples import BASE, CONTEXT
from tools.editing.evaluated import Contest, EvaluatedFact, EvaluatedPrompt, Kind, Likelihood
from tools.editing.evaluation import measures


def contest(expected: float, rival: float | None) -> Contest:
    """Probabilities of the answer that should win and of the other, a token each."""
    first, second = (
        None if p is None else Likelihood(log_p=math.log(p), n_tokens=1, greedy=float(p > 0.5))
        for p in (expected, rival)
    )
    assert first is not None
    return Contest(expected=first, rival=second)


def prompt(kind: Kind, after: float, text: str = "The tower is in", **fields: Any) -> EvaluatedPrompt:
    """A prompt whose answer had 0.125 against 0.25 before, and has `after` against 0.25 now."""
    given = {
        "kind": kind,
        "prompt": text,
        "expected": "Berlin",
        "rival": "Paris",
        "before": contest(0.125, 0.25),
        "after": contest(after, 0.25),
    }
    return EvaluatedPrompt(**(given | fields))


def fact(number: int, after: float = 0.75, **fields: Any) -> EvaluatedFact:
    """An edit whose target has the probability `after`."""
    given = {
        "number": number,
        "subject": "The Eiffel Tower",
        "prompt": "{} is located in",
        "target": "Berlin",
        "true_target": "Paris",
        "prompts": (
            prompt("efficacy", after),
            prompt("paraphrase", after),
            prompt("neighbourhood", 0.5),
        ),
        "layer": 8,
        "norm_ratio": 0.1,
        "seconds": 2.0,
    }
    return EvaluatedFact(**(given | fields))


def evaluation_card(*facts: EvaluatedFact, **fields: Any) -> EditEvaluationCard:
    """ES and PS 1/2, NS 1, S 3/5; one record rejected."""
    scored = facts or (fact(1), fact(2, 0.125))
    given = {
        "session": "s-000000",
        "request": "evaluate edits in facts.json",
        "context": CONTEXT,
        "duration_s": 5.0,
        "facts_from": "facts.json",
        "facts_hash": "fa" * 32,
        "layout": "CounterFact",
        "form": "success",
        "n_records": len(scored) + 1,
        "measures": tuple(EditMeasure.model_validate(each.model_dump()) for each in measures(scored)),
        "facts": evaluated_edits(scored),
        "rejected": (RejectedEdit(number=3, reason="The subject 'X' is not in the prompt 'Y'."),),
        "n_not_edited": sum(each.not_edited is not None for each in scored),
        "n_resumed": 0,
        "seed": 0,
        "settings": {"v_lr": 0.5},
        "partial": False,
        "base_hash": BASE,
        "weights_after": BASE,
    }
    return EditEvaluationCard(**(given | fields))
