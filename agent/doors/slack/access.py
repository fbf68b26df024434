"""Who is answered, and who may do what: edits, file paths and loading are for the admins named in the settings."""

from dataclasses import dataclass
from typing import Any

from agent.planner.plan import Plan, Planner, SessionView, Step
from agent.settings import SlackSettings

ADMINS_ONLY = {
    "edit_fact": "Editing the model's weights",
    "load_edit": "Editing the model's weights",
    "rollback_edit": "Taking edits off the model",
    "load_model": "Loading a model",
    "load_dataset": "Loading a data set",
    "watch_checkpoints": "Watching a training run, which holds the line for everybody,",
    "filter_features": "Leaving features out of later sweeps",
}
BUILT_IN_SAE = "demo"


@dataclass(frozen=True)
class Access:
    """The lists of the settings, with the workspace of the bot's token."""

    settings: SlackSettings
    own_team: str

    def knows_team(self, *teams: str | None) -> bool:
        """Whether all workspaces that a request is said to be from are answered; at least one has to be named."""
        allowed = self.settings.teams or {self.own_team}
        named = {team for team in teams if team}
        return bool(named) and named <= allowed

    def answers(self, channel: str, user: str) -> bool:
        """Whether this person is answered in this channel."""
        settings = self.settings
        in_channel = not settings.channels or channel in settings.channels
        return in_channel and (not settings.users or user in settings.users or self.is_admin(user))

    def is_admin(self, user: str) -> bool:
        """Whether the settings name this person as an admin."""
        return user in self.settings.admins

    def may_answer_for(self, user: str, asker: str) -> bool:
        """Whether this person may approve or stop what the other one asked for."""
        return user == asker or self.is_admin(user)


def refused(step: Step, model: str | None) -> str | None:
    """Why somebody who is no admin may not do this step; None where everybody may. `model`: the loaded one."""
    said = step.arguments
    what = ADMINS_ONLY.get(step.intent)
    if step.intent == "load_checkpoint" and said.get("path"):
        what = "Loading checkpoints"
    elif step.intent == "load_sae" and said.get("sae") != BUILT_IN_SAE:
        what = "Loading an SAE"
    elif step.intent == "export" and said.get("path"):
        what = "Writing to a path (without one the file comes into this thread)"
    elif step.intent == "run_edit_benchmarks" and said.get("path"):
        what = "Evaluating a file of edits"
    elif {said.get("model") if step.intent == "run_benchmark" else None, *_names(said.get("models"))} - {
        None,
        model,
    }:
        what = "Loading another model"
    return (
        f"{what} is for the admins that the bot's settings name. Ask one of them to do it here."
        if what
        else None
    )


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


class GuardedPlanner:
    """A planner whose plans hold only what the one who asked may do.

    What is to be exported without a path is taken out of the plan and kept in `exports`: in Slack it is uploaded.
    """

    def __init__(self, planner: Planner, *, is_admin: bool) -> None:
        self.name = planner.name
        self.exports: list[dict[str, Any]] = []
        self._planner = planner
        self._is_admin = is_admin

    def plan(self, request: str, view: SessionView) -> Plan:
        """The plan, or as a question what stands against it."""
        planned = self._planner.plan(request, view)
        steps = [_on_the_loaded_model(step, view.model) for step in planned.steps]
        refusals = [] if self._is_admin else [refused(step, view.model) for step in steps]
        refusal = next((each for each in refusals if each), None)
        if refusal is not None:
            return self._told(planned, refusal)
        self.exports = [step.arguments for step in steps if is_upload(step)]
        rest = [step for step in steps if not is_upload(step)]
        if not rest:
            return self._told(planned, "The file comes into this thread.")
        return planned.model_copy(
            update={"intent": rest[0].intent, "arguments": rest[0].arguments, "then": rest[1:]}
        )

    def _told(self, planned: Plan, text: str) -> Plan:
        return Plan(
            intent="clarify",
            confidence=planned.confidence,
            planner=planned.planner,
            question=text,
            note=planned.note,
        )


def is_upload(step: Step) -> bool:
    """Whether the step is an export that names no path."""
    return step.intent == "export" and not step.arguments.get("path")


def _on_the_loaded_model(step: Step, model: str | None) -> Step:
    """A benchmark of the model that is loaded anyway loads no second copy."""
    if step.intent == "run_benchmark" and model and step.arguments.get("model") == model:
        return Step(intent=step.intent, arguments={**step.arguments, "model": None})
    return step
