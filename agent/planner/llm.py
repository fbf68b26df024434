"""The planner that asks a language model: one question, one repair, and else the embedded planner.

The model sees the request and what is known of the session (names, numbers and scores; no outputs, no files, no
secrets). What it answers is validated, and has to rest on the user's words; it runs nothing.
"""

import re

from agent.endpoint import Endpoint, EndpointError, Message
from agent.endpoint_reply import Reply
from agent.planner.llm_grounds import check_grounds
from agent.planner.llm_reply import UnusableError, steps_or_question
from agent.planner.llm_tools import capability_lines, offered_tools, plan_in_text
from agent.planner.plan import Plan, Planner, SessionView, Step
from prompts.instructions import filled
from sessions.redact import redact

MAX_TOKENS = 1_500
LONGEST = 4_000
"""Characters of a request that a model is asked about."""
CONFIDENCE, CONFIDENCE_REPAIRED = 0.9, 0.7
"""A model gives no probability of its plan; these say only that it passed all checks, at once or repaired."""
MOST_COLUMNS, MOST_STEPS, LONGEST_NAME = 40, 60, 120


class LLMPlanner:
    """Plans with a language model, and with `fallback` where that gives no usable plan.

    `unattended`: nobody will be asked before weights change; then an edit has to be read by `fallback` too.
    """

    name = "llm"

    def __init__(self, endpoint: Endpoint, fallback: Planner, *, unattended: bool = False) -> None:
        self._endpoint = endpoint
        self._fallback = fallback
        self._unattended = unattended

    def plan(self, request: str, view: SessionView) -> Plan:
        """The plan for one request, or a question. Nothing is run. Lets `Stopped` through."""
        if not re.search(r"\w", request) or len(request) > LONGEST:
            return self._fallback.plan(request, view)
        try:
            planned, confidence = self._planned(redact(request), view)
        except (EndpointError, UnusableError) as error:
            why = (
                error.message
                if isinstance(error, EndpointError)
                else f"The LLM gave no usable plan: {error}."
            )
            without = self._fallback.plan(request, view)
            return without.model_copy(update={"note": f"{why} Planned without it."})
        if isinstance(planned, str):
            return self._asks(planned, confidence)
        if self._unattended and (doubtful := self._doubtful_edit(planned, request, view)):
            return self._asks(doubtful, confidence)
        first, *then = planned
        return Plan(**first.model_dump(), then=then, confidence=confidence, planner=self.name)

    def _planned(self, request: str, view: SessionView) -> tuple[list[Step] | str, float]:
        """Steps or a question with the confidence. Raises EndpointError, UnusableError."""
        messages: list[Message] = [
            {"role": "system", "content": _instructions(view)},
            {"role": "user", "content": request},
        ]
        reply = self._ask(messages)
        try:
            return _checked(steps_or_question(reply), request, view), CONFIDENCE
        except UnusableError as error:
            fault = str(error)
        if not reply.calls:
            self._endpoint.describe_tools_in_text()
        said = reply.text or ", ".join(f"{call.name}({call.arguments})" for call in reply.calls)
        messages += [
            {"role": "assistant", "content": said[:LONGEST] or "(nothing)"},
            {"role": "user", "content": filled("plan_repair", fault=fault)},
        ]
        reply = self._ask(messages)
        return _checked(steps_or_question(reply), request, view), CONFIDENCE_REPAIRED

    def _ask(self, messages: list[Message]) -> Reply:
        schema = None if self._endpoint.calls_tools else plan_in_text()
        return self._endpoint.ask(messages, tools=offered_tools(), schema=schema, max_tokens=MAX_TOKENS)

    def _asks(self, question: str, confidence: float) -> Plan:
        return Plan(intent="clarify", confidence=confidence, planner=self.name, question=question)

    def _doubtful_edit(self, steps: list[Step], request: str, view: SessionView) -> str | None:
        """A question where a step would change weights and the rules read no such wish in the request."""
        edits = [step for step in steps if step.intent == "edit_fact"]
        if not edits:
            return None
        read = [
            _fact(step) for step in self._fallback.plan(request, view).steps if step.intent == "edit_fact"
        ]
        doubtful = next((step.arguments for step in edits if _fact(step) not in read), None)
        if doubtful is None:
            return None
        subject, target = doubtful["subject"], doubtful["target"]
        statement = str(doubtful["prompt"]).replace("{}", str(subject))
        return (
            f"Shall I change the weights, so that {statement!r} goes on with {target!r}? "
            f"Then say: edit the model so that {statement} {target}."
        )


def _checked(planned: list[Step] | str, request: str, view: SessionView) -> list[Step] | str:
    if not isinstance(planned, str):
        check_grounds(planned, request, view)
    return planned


def _fact(step: Step) -> tuple[str, str]:
    return str(step.arguments["subject"]).casefold(), str(step.arguments["target"]).casefold()


def _instructions(view: SessionView) -> str:
    return filled("plan", capabilities=capability_lines(), session=redact(_brief(view).model_dump_json()))


def _brief(view: SessionView) -> SessionView:
    """The view with long names and lists cut short: they come from files, and may hold anything."""
    return view.model_copy(
        update={
            "model": view.model and view.model[:LONGEST_NAME],
            "columns": [column[:LONGEST_NAME] for column in view.columns[:MOST_COLUMNS]],
            "steps": view.steps[-MOST_STEPS:],
        }
    )
