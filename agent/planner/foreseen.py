"""What a session will know once a planned step has been done."""

from agent.planner.plan import CardDimension, LastCard, LastEdit, SessionView, Step


def after(step: Step, view: SessionView) -> SessionView:
    """What will be known once `step` has been done."""
    arguments = step.arguments
    if step.intent == "edit_fact":
        return view.model_copy(
            update={
                "last_edit": LastEdit(
                    subject=str(arguments["subject"]),
                    prompt=str(arguments["prompt"]),
                    target=str(arguments["target"]),
                ),
                "last_card": None,
            }
        )
    if step.intent == "run_benchmark":
        dimensions = arguments["dimensions"]
        named = [d for d in dimensions if isinstance(d, dict)] if isinstance(dimensions, list) else []
        card = LastCard(dimensions=[CardDimension(capability=str(d["capability"])) for d in named])
        return view.model_copy(update={"last_card": card})
    if (
        step.intent in ("score_feature", "relabel_feature")
        and isinstance(arguments["features"], list)
        and len(arguments["features"]) == 1
    ):
        return view.model_copy(update={"last_feature": arguments["features"][0]})
    return view
