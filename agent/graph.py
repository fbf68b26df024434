"""The conversation as a LangGraph state graph: plan, then ask or approve, then act step by step, then tell.

The state is JSON only, checkpointed after every node; models and cards stay on the workbench and in the store.
A killed conversation goes on at the node where it was, and a killed run at the case where it was.
"""

from collections.abc import Sequence
from typing import Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent.events import Asked, CardReady, Failed, Planned, Said, Working
from agent.planner.arguments import validated
from agent.planner.plan import Planner, Step
from agent.stop import StopSwitch
from agent.toolbox import is_built, tool
from agent.workbench import Workbench
from tools.errors import Stopped, UserError
from tools.progress import Progress, Report


class State(TypedDict):
    """One request on its way. JSON only."""

    request: str
    key: str
    """Names the request in the store."""
    steps: list[dict[str, Any]]
    at: int
    """Index of the step to do next."""
    question: str | None
    estimate_s: float
    approved: bool
    cards: list[str]
    """Ids of the cards that were made."""
    over: bool
    """Nothing more is to be done: failed, stopped or declined."""


class Desk(TypedDict):
    """What the nodes work with, beside the state."""

    bench: Workbench
    planner: Planner
    stop: StopSwitch


def fresh_state(request: str, key: str, steps: Sequence[Step] = ()) -> State:
    """The state in which a request enters the graph; with steps it is planned already."""
    return State(
        request=request,
        key=key,
        steps=[step.model_dump(mode="json") for step in steps],
        at=0,
        question=None,
        estimate_s=0.0,
        approved=False,
        cards=[],
        over=False,
    )


def plan(state: State, runtime: Runtime[Desk]) -> dict[str, Any]:
    """Turn the request into steps, or into a question."""
    desk = runtime.context
    writer, llm = get_stream_writer(), desk["bench"].llm
    if llm is not None and desk["planner"].name == "llm":
        writer(Working(Progress(f"asking {llm.name}", 0, None, "answers")))
    try:
        planned = desk["planner"].plan(state["request"], desk["bench"].view())
    except Stopped as stopped:
        return _over(stopped)
    if planned.note:
        writer(Said(planned.note))
    writer(Planned(planned))
    return {
        "steps": [step.model_dump(mode="json") for step in planned.steps],
        "question": planned.question if planned.intent == "clarify" else None,
    }


def ask(state: State) -> dict[str, Any]:
    """Put the planner's question to the user; the next message is a new request."""
    get_stream_writer()(Asked(state["question"] or "What would you like to measure?", about="meaning"))
    return {"over": True}


def estimate(state: State, runtime: Runtime[Desk]) -> dict[str, Any]:
    """How long the steps will take, and whether somebody has to say yes first."""
    desk = runtime.context
    bench, report = desk["bench"], _report(desk["stop"])
    seconds, changes_weights = 0.0, False
    try:
        for step in map(Step.model_validate, state["steps"]):
            if not is_built(step.intent):
                continue  # told when its turn comes: what stands before it in the plan is still worth doing
            module = tool(step.intent)
            changes_weights |= getattr(module, "CHANGES_WEIGHTS", False)
            if hasattr(module, "seconds"):
                seconds += module.seconds(validated(step.intent, step.arguments), bench, report)
    except (UserError, Stopped) as error:
        return _over(error)
    needs_yes = changes_weights or seconds > bench.settings.approve_above_s
    return {"estimate_s": seconds, "approved": state["approved"] or bench.settings.yes or not needs_yes}


def approve(state: State) -> dict[str, Any]:
    """Wait for a yes. Alone in its node: a resumed node runs again from its top."""
    answer = interrupt({"estimate_s": state["estimate_s"], "steps": state["steps"]})
    if not answer:
        get_stream_writer()(Said("Left undone, as you wish."))
    return {"approved": bool(answer), "over": not answer}


def act(state: State, runtime: Runtime[Desk]) -> dict[str, Any]:
    """Do one step of the plan."""
    desk, writer = runtime.context, get_stream_writer()
    bench = desk["bench"]
    step = Step.model_validate(state["steps"][state["at"]])
    bench.request, bench.request_key = state["request"], f"{state['key']}.{state['at']}"
    cards = list(state.get("cards", []))  # not in the state of a request that an earlier version left
    try:
        module = tool(step.intent)
        for event in module.run(validated(step.intent, step.arguments), bench, _report(desk["stop"])):
            writer(event)
            if isinstance(event, CardReady):
                cards.append(event.card.id)
    except (UserError, Stopped) as error:
        return {**_over(error), "cards": cards}
    return {"at": state["at"] + 1, "cards": cards}


def tell(state: State, runtime: Runtime[Desk]) -> dict[str, Any]:
    """Say in two or three sentences what the cards show, where there is an LLM to say it."""
    bench = runtime.context["bench"]
    if bench.llm is None or bench.settings.planner == "embedded" or not state["cards"]:
        return {}
    from agent.grounding import MOST_CARDS, grounded_answer

    try:
        cards = [bench.store.card(id) for id in state["cards"][-MOST_CARDS:]]
        get_stream_writer()(Working(Progress(f"asking {bench.llm.name}", 0, None, "answers")))
        get_stream_writer()(Said(grounded_answer(cards, state["request"], bench.llm)))
    except Stopped as stopped:
        return _over(stopped)
    return {}


def _over(error: UserError | Stopped) -> dict[str, Any]:
    writer = get_stream_writer()
    if isinstance(error, Stopped):
        writer(Said("Stopped. Whatever was scored is kept."))
    else:
        writer(Failed(error.message, error.next_step))
    return {"over": True}


def _report(stop: StopSwitch) -> Report:
    writer = get_stream_writer()

    def report(progress: Progress) -> None:
        stop.check()
        writer(Working(progress))

    return report


def _first(state: State) -> str:
    return "estimate" if state["steps"] else "plan"


def _after_plan(state: State) -> str:
    if state["over"]:
        return END
    return "ask" if state["question"] else "estimate"


def _after_estimate(state: State) -> str:
    if state["over"]:
        return END
    return "act" if state["approved"] else "approve"


def _after_approve(state: State) -> str:
    return "act" if state["approved"] else END


def _after_act(state: State) -> str:
    if state["over"]:
        return END
    return "tell" if state["at"] >= len(state["steps"]) else "act"


def build_graph(checkpointer: BaseCheckpointSaver[str]) -> CompiledStateGraph[State, Desk, State, State]:
    """The compiled graph; run it with `context=Desk(...)` and a thread id."""
    graph = StateGraph(State, context_schema=Desk)
    graph.add_node("plan", plan)
    graph.add_node("ask", ask)
    graph.add_node("estimate", estimate)
    graph.add_node("approve", approve)
    graph.add_node("act", act)
    graph.add_node("tell", tell)
    graph.add_conditional_edges(START, _first, ["plan", "estimate"])
    graph.add_conditional_edges("plan", _after_plan, ["ask", "estimate", END])
    graph.add_edge("ask", END)
    graph.add_conditional_edges("estimate", _after_estimate, ["approve", "act", END])
    graph.add_conditional_edges("approve", _after_approve, ["act", END])
    graph.add_conditional_edges("act", _after_act, ["act", "tell", END])
    graph.add_edge("tell", END)
    return graph.compile(checkpointer=checkpointer)
