"""Plans without running anything: `benchwright plan`."""

import json
import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.doors.rendering import in_words
from agent.endpoint import endpoint_of
from agent.planner.choice import planner_of
from agent.planner.plan import Plan, SessionView
from agent.settings import Settings
from tools.errors import UserError


class PlanRequest(BaseModel):
    """One line of a batch file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    request: str
    context: SessionView | None = None


def run_plan(
    settings: Settings, request: str | None, context: Path | None, batch: Path | None, *, as_json: bool
) -> int:
    """Print the plan of one request, or of every line of a batch file. Returns the exit code."""
    try:
        view = SessionView.model_validate_json(context.read_bytes()) if context else SessionView()
        lines = [PlanRequest(request=request or "", context=view)] if batch is None else _read_batch(batch)
    except (OSError, ValidationError, ValueError) as error:
        print(f"{context or batch} cannot be read: {_first_line(error)}", file=sys.stderr)
        return 1
    try:
        llm = endpoint_of(settings)
        planner = planner_of(settings, llm)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    for line in lines:
        if llm is not None:
            llm.begin()
        plan = planner.plan(line.request, line.context or view)
        if plan.note:
            print(plan.note, file=sys.stderr)
        if as_json or batch is not None:
            print(plan.model_dump_json(), flush=True)
        else:
            print(_for_a_person(plan))
    return 0


def _read_batch(file: Path) -> list[PlanRequest]:
    requests = []
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                requests.append(PlanRequest.model_validate(json.loads(line)))
            except (ValidationError, json.JSONDecodeError) as error:
                raise ValueError(f"line {number}: {_first_line(error)}") from error
    return requests


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error).splitlines()[0]


def _for_a_person(plan: Plan) -> str:
    lines = [in_words(plan), f"confidence {plan.confidence:.2f}, {plan.planner} planner"]
    return "\n".join([*lines, plan.question] if plan.question else lines)
