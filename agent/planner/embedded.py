"""The planner that needs no network, key or LLM: catalogue retrieval, slots, and rules for what must be certain."""

import re
from functools import cache

from agent.planner.asking import which_of
from agent.planner.background import insists, without_counts
from agent.planner.binding import EACH
from agent.planner.call_syntax import in_words
from agent.planner.capabilities import mentions
from agent.planner.clauses import clauses
from agent.planner.courtesies import without_courtesies, without_list_marks
from agent.planner.denied import forbidden
from agent.planner.edit_forms import Unclear
from agent.planner.edit_references import as_the_edit
from agent.planner.edit_topics import with_its_subject
from agent.planner.edits import corrected_around_edits, fact_in
from agent.planner.fact import Fact
from agent.planner.fill import ARGUMENTS, named_limits
from agent.planner.foreseen import after
from agent.planner.intents import decided
from agent.planner.joining import only_adds
from agent.planner.knowing import as_a_question
from agent.planner.languages import in_english, language
from agent.planner.loading import Ask, Vague
from agent.planner.merging import merged, narrowed, same_number_each
from agent.planner.names import listed_formats
from agent.planner.orders import LEANS_BACK, is_told, orders_of, told_by
from agent.planner.pasted import CODE, repeats_itself
from agent.planner.plan import Plan, SessionView, Step
from agent.planner.reading import read
from agent.planner.remarks import is_remark
from agent.planner.reported import hands_over, injected, own_words
from agent.planner.restated import put_right
from agent.planner.retrieval import Retrieval
from agent.planner.running import MEASURES, only_runs
from agent.planner.wording import LONGEST, cleaned, corrected, without_code

UNSURE = 0.35
"""Below this confidence the planner asks instead."""
SURE = 0.5
"""Below this confidence it takes no edit back."""
MOST_CLAUSES = 10
"""A request of more clauses is a text: each costs an embedding."""
MOST_NAMED = 30
"""Capabilities that a request may name, repeats counted; there are fewer, and each is looked at with the others."""
_OUGHT = re.compile(
    r"(?:it|the (?:model|thing|checkpoint)|this) (?:should|must|has to|needs to|ought to|is supposed to) "
    r"(?:know|be able|understand|have)(?!\w)",
    re.IGNORECASE,
)
"""What is expected of the model (`it should know about history`) says what the order beside it is about."""
_TOO_MANY = "Those are many things at once. Which of them shall I do first?"


class EmbeddedPlanner:
    """Plans from the embedded sentence model; the same request and view give the same plan, always."""

    name = "embedded"

    def plan(self, request: str, view: SessionView) -> Plan:
        """The plan for one request, or one short question where it is unclear. Nothing is run."""
        text = in_words(without_list_marks(without_code(cleaned(request[: 4 * LONGEST]))))
        if not re.search(r"\w", text):
            return self._asks("What would you like to measure? Say `help` to see what I can do.", 1.0)
        if len(text) > LONGEST or len(request) > 4 * LONGEST:
            return self._asks("That is a long text. In one sentence: what would you like me to do?", 0.9)
        if repeats_itself(text):
            return self._asks("That says the same again and again. What would you like me to do?", 0.9)
        if CODE.match(text):
            return self._asks("That reads like code, not like a request. What would you like me to do?", 0.9)
        if hands_over(text):
            return self._asks(
                "I don't work on texts myself, I measure how well a model does. Shall I benchmark that?", 0.9
            )
        if injected(text):
            return self._own(text, view) or self._asks(
                "That reads like an order from inside a text, so I leave it. "
                "What would you like me to do yourself?",
                0.9,
            )
        unwrapped = re.sub(r'^"([^"]+)"$', r"\1", text)
        if fact_in(unwrapped, view) is None:  # an edit in quotes is a quotation, not an order
            text = unwrapped
        if len(clauses(text)) > MOST_CLAUSES:
            return self._asks(_TOO_MANY, 0.9)
        text = as_a_question(text)
        if not any(isinstance(fact_in(piece, view), Fact) for piece in (text, *clauses(text))):
            named = with_its_subject(text)
            text = named if isinstance(fact_in(named, view), Fact) else text
        return self._planned(corrected_around_edits(text, view), view)

    def _own(self, text: str, view: SessionView) -> Plan | None:
        """A plan for what the user asks beside reported orders; None where that is nothing, unclear, or an edit."""
        own = own_words(text)
        if not re.search(r"\w", own):
            return None
        plan = self._planned(corrected(own), view)
        unsafe = {"clarify", "help", "edit_fact", "rollback_edit"}
        return None if any(step.intent in unsafe for step in plan.steps) else plan

    def _planned(self, text: str, view: SessionView) -> Plan:
        text = without_courtesies(text)
        if not any(fact_in(piece, view) for piece in (text, *clauses(text))):
            text = as_the_edit(put_right(text), view)
        spoken = language(text)
        foreign = spoken is not None
        if foreign and not any(fact_in(piece, view) for piece in (text, *clauses(text))):
            text = in_english(text)
            if len(text) > LONGEST:
                return self._asks("That is a long text. In one sentence: what would you like me to do?", 0.9)
        if len(mentions(text)) > MOST_NAMED:
            return self._asks(_TOO_MANY, 0.9)
        orders = orders_of(text, view)
        told = [clause for place, clause in enumerate(orders) if is_told(clause, orders[:place], view)]
        plan = self._in_order(orders, told, view, foreign) if len(told) < len(orders) else None
        if plan is None or (told and plan.intent in ("clarify", "help")):
            plan = self._in_order(orders, [], view, foreign)
        return plan

    def _in_order(self, orders: list[str], told: list[str], view: SessionView, foreign: bool) -> Plan:
        """The plan of `orders`; those that are only `told` lend a feature or what a vague order lacks."""
        steps: list[tuple[Step, float, str]] = []
        question: str | None = None
        aside: list[str] = []
        for place, clause in enumerate(orders):
            if not steps and _OUGHT.match(clause) and any(mentions(order) for order in orders[place + 1 :]):
                aside.append(without_counts(clause))
                continue  # `It should know about history. Multiple choice please.`
            if clause in told:
                view = told_by(clause, view)
                aside += [] if steps else [without_counts(clause)]
                continue
            if isinstance(fact_in(clause, view), Unclear) and any(
                isinstance(fact_in(other, view), Fact) for other in orders
            ):
                continue  # `Let's do a weight edit. Toyota should be based in Oslo.`
            known = view
            for step, _, _ in steps:
                known = after(step, known)
            try:
                step, confidence = self._with_aside(aside, clause, known, foreign)
            except Ask as asked:
                if steps and (longer := self._continued(steps[-1], clause, view, foreign)):
                    steps[-1] = longer
                    continue
                if not isinstance(asked, Vague):
                    return self._asks(str(asked), 0.5)
                aside.append(clause)
                question = question or str(asked)
                continue
            if steps and steps[-1][0].intent == "compare" and insists(clause):
                continue
            if steps and only_runs(step, clause):
                if steps[-1][0].intent in MEASURES:
                    continue  # `hellaswag exists, right? run it please`
                if steps[-1][0].intent == "edit_fact":
                    step = Step(intent="run_edit_benchmarks", arguments={"benchmarks": []})
            if step.intent in ("clarify", "help") and steps:
                continue  # "thanks", "that would be great" after a plan
            if step.intent == "clarify" or (confidence < UNSURE and not steps):
                aside.append(clause if only_adds(clause, "", view) else without_counts(clause))
                continue
            if confidence < UNSURE:
                if longer := self._continued(steps[-1], clause, view, foreign):
                    steps[-1] = longer
                    continue
                return self._unsure(clause, view)
            one = merged(steps[-1][0], step, steps[-1][2], view.last_card) if steps else None
            if one is not None:
                steps[-1] = (one, steps[-1][1], clause)
            else:
                steps.append((step, confidence, clause))
            if steps[-1][0].intent == "run_benchmark" and EACH.search(clause):
                steps[-1] = (same_number_each(steps[-1][0]), *steps[-1][1:])
            steps += [(more, confidence, clause) for more in _also_named(step, clause, view)]
            if steps[-1][0].intent == "export" and len(formats := listed_formats(clause)) > 1:
                every = [Step(intent="export", arguments=step.arguments | {"format": one}) for one in formats]
                steps[-1:] = [(one, confidence, clause) for one in every]
        steps = [s for s in steps if s[0].intent != "help"] or steps
        if not steps:
            return self._asks(question, 0.5) if question else self._unsure((aside or orders)[0], view)
        first = steps[0][0]
        return Plan(
            intent=first.intent,
            arguments=first.arguments,
            confidence=round(min(confidence for _, confidence, _ in steps), 3),
            planner=self.name,
            then=[step for step, _, _ in steps[1:]],
        )

    def _continued(
        self, before: tuple[Step, float, str], clause: str, view: SessionView, foreign: bool
    ) -> tuple[Step, float, str] | None:
        """The step before with `clause`, which asks for nothing clear by itself, in it; None: it is no part of it."""
        together = f"{before[2]}, {clause}"
        try:
            step, confidence = self._step(together, view, foreign)
        except Ask:
            step, confidence = before[0], 0.0
        if step.intent == before[0].intent and confidence > 0.6:
            return step, min(confidence, before[1]), together
        return before if len(clause.split()) < 3 or LEANS_BACK.search(clause) else None

    def _with_aside(
        self, aside: list[str], clause: str, view: SessionView, foreign: bool
    ) -> tuple[Step, float]:
        """The step that `clause` asks for; where it lacks something, together with what was told before it.

        `I put a model in ./new. Load that one.` is one order; `We changed the tokenizer. Test logic.` needs no aside.
        """
        try:
            step, confidence = self._step(clause, view, foreign)
            vague = (
                step.intent == "clarify"
                or (step.intent == "run_benchmark" and not step.arguments["dimensions"])
                or (step.intent == "drill_down" and not step.arguments["capability"])
            )
            if not aside or (confidence >= UNSURE and not vague):
                return narrowed(step, aside), confidence
        except Ask:
            if not aside or any(fact_in(piece, view) for piece in (*aside, clause)):
                raise
        together = f"{aside.pop()}, {clause}"
        return self._step(together, view, foreign)

    def _step(self, clause: str, view: SessionView, foreign: bool) -> tuple[Step, float]:
        if forbidden(clause) and not mentions(clause):
            raise Ask("Then I leave that. What would you like me to do instead?")
        fact = fact_in(clause, view)
        if isinstance(fact, Fact):
            return Step(
                intent="edit_fact",
                arguments={"subject": fact.subject, "prompt": fact.prompt, "target": fact.target},
            ), 0.93
        if isinstance(fact, Unclear):
            raise Ask(fact.question)
        if is_remark(clause):
            return Step(intent="clarify"), 0.9
        reading = read(clause, view, foreign)
        likely = _retrieval().probabilities([reading], view)[0]
        intent, confidence = decided(reading, view, likely)
        if intent == "edit_fact":
            raise (Vague if _OUGHT.match(clause) else Ask)(
                "Which fact should change? Say it like: make the model think the Eiffel Tower is in Berlin."
            )
        if intent == "rollback_edit" and confidence < SURE:
            raise Vague("Shall I take the last edit back? Then say: undo the edit.")
        if intent in ("clarify", "help"):
            return Step(intent=intent), confidence
        arguments = ARGUMENTS[intent](reading, view) if intent in ARGUMENTS else {}
        return Step(intent=intent, arguments=arguments), confidence

    def _asks(self, question: str, confidence: float) -> Plan:
        return Plan(intent="clarify", confidence=confidence, planner=self.name, question=question)

    def _unsure(self, clause: str, view: SessionView) -> Plan:
        """A question with the two or three most likely readings."""
        likely = _retrieval().probabilities([read(clause, view)], view)[0]
        question = which_of(likely)
        return self._asks(
            question, round(max(0.05, 1 - max(likely.values())), 3) if likely["clarify"] < 0.5 else 0.6
        )


@cache
def _retrieval() -> Retrieval:
    return Retrieval()


def _also_named(step: Step, clause: str, view: SessionView) -> list[Step]:
    """The further steps where a clause names several standardised benchmarks (`run boolq and piqa`)."""
    if step.intent != "run_named_benchmark":
        return []
    limits = named_limits(read(clause, view))
    return [
        Step(intent=step.intent, arguments={"name": name, "limit": limit})
        for name, limit in limits.items()
        if name != step.arguments["name"]
    ]
