"""The short question that is asked where a request may mean several things."""

_CAN_DO = {
    "run_benchmark": "benchmark a capability",
    "drill_down": "break the last score down",
    "compare": "compare models or steps",
    "run_named_benchmark": "run a standard benchmark such as GSM8K",
    "show_regressions": "show scores over the training steps",
    "watch_checkpoints": "watch for new checkpoints",
    "score_feature": "score an SAE feature",
    "sweep_features": "sweep all features",
    "relabel_feature": "relabel a feature",
    "list_features": "list features",
    "edit_fact": "edit a fact in the weights",
    "run_edit_benchmarks": "benchmark the last edit",
    "rollback_edit": "undo the last edit",
    "load_model": "load a model",
    "load_sae": "load an SAE",
    "load_checkpoint": "load a checkpoint",
    "load_dataset": "load a data set",
    "export": "export the card",
    "list_cards": "list the cards",
    "show_context": "show what is loaded",
    "explain": "explain a measure",
    "help": "see what I can do",
}


def which_of(likely: dict[str, float]) -> str:
    """A question with the three likeliest intents; `likely`: how likely each is."""
    ranked = sorted((name for name in likely if name in _CAN_DO), key=lambda name: -likely[name])[:3]
    choices = [_CAN_DO[name] for name in ranked]
    return f"I am not sure what you want. Shall I {choices[0]}, {choices[1]} or {choices[2]}?"
