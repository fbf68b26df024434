"""Which planner reads the requests."""

from agent.endpoint import Endpoint
from agent.planner.embedded import EmbeddedPlanner
from agent.planner.plan import Planner
from agent.settings import Settings
from tools.errors import UserError


def planner_of(settings: Settings, llm: Endpoint | None) -> Planner:
    """The planner that the settings ask for. Raises UserError where that is the LLM and no endpoint is configured."""
    if settings.planner == "llm" and llm is None:
        raise UserError(
            "The LLM planner needs an endpoint, and none is configured.",
            "Name its model and address: --llm-model and --llm-base-url, or BENCHWRIGHT_LLM_MODEL.",
        )
    if llm is None or settings.planner == "embedded":
        return EmbeddedPlanner()
    from agent.planner.llm import LLMPlanner

    return LLMPlanner(llm, EmbeddedPlanner(), unattended=settings.yes)
