"""Slash commands: what is quicker typed than said. Each stands for a step of a plan, or for the door itself."""

import shlex
from dataclasses import dataclass

from pydantic import JsonValue

from agent.planner.features import features_in
from agent.planner.plan import Step
from tools.errors import UserError


@dataclass(frozen=True)
class Local:
    """A command that the door answers by itself from what is stored."""

    name: str
    argument: str | None = None


COMMANDS: dict[str, str] = {
    "/bench": "measure capabilities: /bench cot_math refusal",
    "/model": "load another model: /model FOLDER, HUB-ID or FILE.gguf",
    "/data": "load a data set to inspect: /data FILE, FOLDER or HUB-NAME",
    "/named": "run a named benchmark through lm-eval: /named gsm8k, or with a limit: /named gsm8k 20",
    "/sae": "load an SAE: /sae demo, FOLDER or RELEASE/SAE_ID",
    "/feature": "score SAE features: /feature 421 or /feature 12 40-45",
    "/sweep": "score every feature of the SAE, or some: /sweep 0-255",
    "/filter": "leave features out of later sweeps and lists: /filter (dead ones), /filter 12 40-45, /filter keep",
    "/labels": "give features the labels in a file: /labels FILE (Neuronpedia, delphi or our JSON)",
    "/edit": "edit a fact: /edit 'Eiffel Tower' 'The {} is located in' Berlin; or apply an edit: /edit FILE",
    "/undo": "roll back the last edit; /undo all: every one",
    "/edits": "list the edits of this session",
    "/probes": "probes of an edit benchmark: /probes EditBench; the worst of all without a name",
    "/checkpoints": "look at a training run: /checkpoints FOLDER",
    "/step": "look at another step of it: /step 300",
    "/regressions": "each capability over the steps",
    "/watch": "benchmark each new checkpoint until stopped",
    "/why": "take the lowest score of the last card apart, or the one named: /why arithmetic",
    "/compare": "run the last card's suites on another model: /compare gpt2",
    "/card": "show the last card, or the one named",
    "/worst": "the worst cases of the last card",
    "/rejected": "prompts that were written for the last card and thrown out: /rejected, or /rejected cot_math",
    "/cards": "list the cards of this session",
    "/context": "what is loaded",
    "/export": "write the last card: /export html|markdown|png|json|csv [FILE]; or /export thread, /export suite",
    "/explain": "what a measure means: /explain partial_credit",
    "/help": "what can be asked",
    "/quit": "leave (the session can be resumed)",
}


def parse(line: str) -> Step | Local:
    """The step or local command that a line beginning with a slash stands for. Raises UserError."""
    try:
        name, *words = shlex.split(line)
    except ValueError as error:
        raise UserError(f"The quotes in this command do not match: {error}.", "Close them.") from error
    rest = " ".join(words)
    match name:
        case "/bench":
            return Step(
                intent="run_benchmark", arguments={"dimensions": [{"capability": word} for word in words]}
            )
        case "/model" if rest:
            return Step(intent="load_model", arguments={"model": rest})
        case "/sae" if rest:
            return Step(intent="load_sae", arguments={"sae": rest})
        case "/feature":
            return Step(intent="score_feature", arguments={"features": _features(words)})
        case "/sweep":
            return Step(intent="sweep_features", arguments={"features": _features(words)})
        case "/filter":
            keep = words[:1] in (["keep"], ["clear"])
            numbers = _features(words[keep:])
            return Step(intent="filter_features", arguments={"features": numbers, "keep": keep})
        case "/labels" if rest:
            return Local("labels", rest)
        case "/edit":
            return _edit(words)
        case "/undo" if words in ([], ["all"]):
            return Step(intent="rollback_edit", arguments={"all": bool(words)})
        case "/undo":
            raise UserError(
                f"/undo knows no {rest!r}.", "/undo rolls back the last edit, /undo all every one."
            )
        case "/data" if rest:
            return Step(intent="load_dataset", arguments={"path": rest})
        case "/named" if rest:
            return _named(words)
        case "/checkpoints" if rest:
            return Step(intent="load_checkpoint", arguments={"path": rest})
        case "/step" if rest.isdecimal() and rest.isascii():
            return Step(intent="load_checkpoint", arguments={"step": int(rest)})
        case "/step":
            raise UserError("Which step?", "Name its number: /step 300.")
        case "/regressions":
            return Step(intent="show_regressions")
        case "/watch":
            return Step(intent="watch_checkpoints")
        case "/why":
            return Step(intent="drill_down", arguments={"capability": rest or None})
        case "/rejected":
            return Step(intent="drill_down", arguments={"capability": rest or None, "rejected": True})
        case "/compare":
            return Step(intent="compare", arguments={"models": list(words)})
        case "/cards":
            return Step(intent="list_cards")
        case "/context" | "/model" | "/sae" | "/checkpoints" | "/data":
            return Step(intent="show_context")
        case "/export":
            return Step(intent="export", arguments=_export(words))
        case "/explain":
            return Step(intent="explain", arguments={"topic": rest})
        case "/help":
            return Step(intent="help")
        case "/edits":
            return Local("edits")
        case "/card" | "/worst" | "/probes":
            return Local(name.removeprefix("/"), rest or None)
        case "/quit" | "/exit" | "/q":
            return Local("quit")
        case "/named":
            raise UserError("Which benchmark?", "Name it: /named gsm8k.")
        case "/labels":
            raise UserError("Which file holds the labels?", "Name it: /labels FILE.")
    raise UserError(f"There is no command {name!r}.", f"There are: {' '.join(COMMANDS)}.")


def _export(words: list[str]) -> dict[str, JsonValue]:
    """What to write, if said first, then the format and the file."""
    what: dict[str, JsonValue] = {}
    if words and words[0] in ("card", "thread", "suite"):
        what["what"] = words[0]
        words = words[1:]
    return {
        "format": words[0] if words else None,
        "path": words[1] if len(words) > 1 else None,
        **what,
    }


def _edit(words: list[str]) -> Step:
    """A file to apply, or subject, prompt and target. Raises UserError for anything else."""
    match words:
        case [path]:
            return Step(intent="load_edit", arguments={"path": path})
        case [subject, prompt, target]:
            return Step(
                intent="edit_fact", arguments={"subject": subject, "prompt": prompt, "target": target}
            )
    raise UserError(
        "An edit is a file, or a subject, a prompt with {} in its place, and a target.",
        "Write: /edit FILE, or: /edit 'Eiffel Tower' 'The {} is located in' Berlin.",
    )


def _named(words: list[str]) -> Step:
    """The benchmark's name and how many of its questions to ask."""
    *name, last = words
    if name and last.isdecimal():
        return Step(intent="run_named_benchmark", arguments={"name": " ".join(name), "limit": int(last)})
    return Step(intent="run_named_benchmark", arguments={"name": " ".join(words)})


def _features(words: list[str]) -> list[JsonValue]:
    """The feature numbers that are named, ranges written out. Raises UserError for anything else."""
    found = features_in(f"features {', '.join(word.strip(',') for word in words)}") if words else None
    if found is not None and (found.too_many or not found.numbers):
        raise UserError(
            f"{' '.join(words)!r} names no features.",
            "Give their numbers, or a range: /feature 421 or 40-45.",
        )
    return list(found.numbers) if found is not None else []
