"""Edits of many facts, each alone: ES, PS, NS and S or the accuracies, beside those of the unedited model."""

from collections.abc import Iterator

from sessions.cards.edit_evaluation import EditEvaluationCard, EvaluatedEdit
from sessions.export._report.blocks import (
    Block,
    Chart,
    Definitions,
    Notes,
    Point,
    Report,
    Section,
    Series,
    Table,
)
from sessions.export._report.values import facts, hundredfold, hundredfold_interval, interval, plural, points
from tools.editing.evaluated import Contest


def report(card: EditEvaluationCard) -> Report:
    """The number that sums it up, and what it is of."""
    headline = card.headline
    return Report(
        figure=f"{headline.name} {points(hundredfold(headline.value))}",
        caption=f"{plural(len(card.facts), 'edit')} of {card.facts_from} ({card.layout}), each alone",
        blocks=tuple(_blocks(card)),
    )


def _blocks(card: EditEvaluationCard) -> Iterator[Block]:
    warnings = list(_warnings(card))
    if warnings:
        yield Notes(tuple(warnings), warning=True)
    own = card.of_form()
    yield Chart(
        "Scores" if card.form == "success" else "Accuracies",
        (
            Series(
                tuple(
                    Point(
                        each.name,
                        hundredfold(each.value),
                        hundredfold_interval(each.interval),
                        each.n,
                    )
                    for each in own
                ),
                "edited",
            ),
            Series(
                tuple(
                    Point(
                        each.name,
                        hundredfold(each.before),
                        hundredfold_interval(each.before_interval),
                        each.n,
                    )
                    for each in own
                ),
                "unedited",
            ),
        ),
    )
    yield Table(
        (
            *("measure", "#edited", "#95 % interval", "#unedited", "#its 95 % interval"),
            *("#facts", "#prompts", "what it is", "interval"),
        ),
        tuple(
            (
                each.name,
                points(hundredfold(each.value)),
                interval(hundredfold_interval(each.interval)),
                points(hundredfold(each.before)),
                interval(hundredfold_interval(each.before_interval)),
                f"{each.n:,}",
                f"{each.n_prompts:,}",
                each.title,
                each.explanation,
            )
            for each in card.measures
        ),
        caption="All measures, times 100",
    )
    yield Notes(
        (
            "Scores and magnitudes as Meng et al. 2022 define them, with joint probabilities; per token as their "
            "published code compares; accuracies as Meng et al. 2023 report zsRE. A fact's prompts are averaged "
            "first, then facts; intervals are over facts.",
        )
    )
    yield Section("Facts", (_facts(card),), aside=f"{len(card.facts):,}", closed=True)
    if any(fact.prompts for fact in card.facts):
        yield Section("Prompts", (_prompts(card),), closed=True)
    if card.rejected:
        rejected = tuple((str(each.number), each.reason) for each in card.rejected)
        yield Section(
            "Rejected records",
            (Table(("#record", "reason"), rejected),),
            aside=f"{len(rejected):,}",
            closed=True,
        )
    yield Definitions(
        (
            ("facts from", card.facts_from),
            ("their hash", card.facts_hash),
            ("layout", card.layout),
            ("weights", card.base_hash),
            ("weights afterwards", card.weights_after),
            ("scored before an interruption", f"{card.n_resumed:,}"),
            ("seed", str(card.seed)),
            *facts(card.settings),
        )
    )


def _warnings(card: EditEvaluationCard) -> Iterator[str]:
    if card.partial:
        yield "Stopped early: not every fact had its turn."
    if card.n_not_edited:
        yield f"{plural(card.n_not_edited, 'fact')} could not be edited and count as the unedited model left them."
    if card.rejected:
        yield f"{len(card.rejected):,} of {card.n_records:,} records were rejected."


def _facts(card: EditEvaluationCard) -> Table:
    return Table(
        (
            "#record",
            "fact",
            "new",
            "true",
            "#P[new] - P[true]",
            "#paraphrases",
            "#neighbours",
            "#layer",
            "note",
        ),
        tuple(
            (
                str(fact.number),
                fact.prompt.replace("{}", fact.subject),
                fact.target,
                fact.true_target or "",
                "" if fact.efficacy is None else f"{fact.efficacy:+.3f}",
                "" if fact.paraphrase is None else f"{fact.paraphrase:.2f}",
                "" if fact.neighbourhood is None else f"{fact.neighbourhood:.2f}",
                "" if fact.layer is None else str(fact.layer),
                fact.not_edited or "",
            )
            for fact in card.facts
        ),
        caption="After the edit: the gap on its own prompt, the share of paraphrases and neighbours that are right",
    )


def _prompts(card: EditEvaluationCard) -> Table:
    return Table(
        (
            *("#record", "kind", "prompt", "should win", "against"),
            *("#P before", "#against before", "#P after", "#against after", "note"),
        ),
        tuple(row for fact in card.facts for row in _prompt_rows(fact)),
    )


def _prompt_rows(fact: EvaluatedEdit) -> Iterator[tuple[str, ...]]:
    for prompt in fact.prompts:
        kind = f"{prompt.kind}: {prompt.group}" if prompt.group else prompt.kind
        read = (*_probabilities(prompt.before), *_probabilities(prompt.after))
        names = (prompt.prompt, prompt.expected, prompt.rival or "")
        yield (str(fact.number), kind, *names, *read, prompt.unscored_reason or "")


def _probabilities(contest: Contest | None) -> tuple[str, str]:
    if contest is None:
        return "", ""
    rival = "" if contest.rival is None else f"{contest.rival.p:.3g}"
    return f"{contest.expected.p:.3g}", rival
