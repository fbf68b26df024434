"""The planner that needs no network, key or LLM: catalogue retrieval, slots, and rules for what must be certain."""

import re
from collections.abc import Callable
from functools import cache

from pydantic import JsonValue

from agent.planner import capabilities, features, follow_ups
from agent.planner.capabilities import Wish
from agent.planner.catalogue import table
from agent.planner.clauses import clauses
from agent.planner.edits import Unclear, fact_in, injected
from agent.planner.intents import decided
from agent.planner.plan import CardDimension, LastCard, LastEdit, Plan, SessionView, Step
from agent.planner.reading import Reading, read
from agent.planner.retrieval import Retrieval
from agent.planner.statements import Fact
from agent.planner.topics import explained, unknown_capability
from agent.planner.wording import LONGEST, cleaned, corrected

UNSURE = 0.35
"""Below this confidence the planner asks instead."""
_CAN_DO = {
    "run_benchmark": "benchmark a capability", "drill_down": "break the last score down", "compare": "compare models or steps", "run_named_benchmark": "run a standard benchmark such as GSM8K",
    "show_regressions": "show scores over the training steps", "watch_checkpoints": "watch for new checkpoints", "score_feature": "score an SAE feature", "sweep_features": "sweep all features",
    "relabel_feature": "relabel a feature", "list_features": "list features", "edit_fact": "edit a fact in the weights", "run_edit_benchmarks": "benchmark the last edit", "rollback_edit": "undo the last edit",
    "load_model": "load a model", "load_sae": "load an SAE", "load_checkpoint": "load a checkpoint", "load_dataset": "load a data set", "export": "export the card", "list_cards": "list the cards",
    "show_context": "show what is loaded", "explain": "explain a measure", "help": "see what I can do",
}  # fmt: skip


class _Ask(Exception):
    """What is needed for a plan was not said: the question to ask. Never leaves this module."""


class EmbeddedPlanner:
    """Plans from the embedded sentence model; the same request and view give the same plan, always."""

    name = "embedded"

    def plan(self, request: str, view: SessionView) -> Plan:
        """The plan for one request, or one short question where it is unclear. Nothing is run."""
        text = cleaned(request[: 4 * LONGEST])
        if not re.search(r"\w", text):
            return self._asks("What would you like to measure? Say `help` to see what I can do.", 1.0)
        if len(text) > LONGEST or len(request) > 4 * LONGEST:
            return self._asks("That is a long text. In one sentence: what would you like me to do?", 0.9)
        if injected(text):
            return self._asks(
                "That reads like an order from inside a text, so I leave it. What would you like me to do yourself?",
                0.9,
            )
        text = (
            corrected(re.sub(r'^"([^"]+)"$', r"\1", text)) if fact_in(text, view) is None else corrected(text)
        )
        return self._planned(text, view)

    def _planned(self, text: str, view: SessionView) -> Plan:
        steps: list[tuple[Step, float]] = []
        pieces = clauses(text)
        for clause in pieces:
            try:
                step, confidence = self._step(clause, view)
            except _Ask as asked:
                if steps and len(clause.split()) < 3:
                    continue
                whole = self._whole(text, view) if len(pieces) > 1 and not steps else None
                return whole or self._asks(str(asked), 0.5)
            if confidence < UNSURE or step.intent == "clarify":
                if steps and step.intent in ("clarify", "help"):
                    continue  # "thanks", "that would be great" after a plan
                whole = self._whole(text, view) if len(pieces) > 1 and not steps else None
                return whole or self._unsure(clause, view)
            if steps and step.intent == "help":
                continue
            if not steps or not _merged(steps, step):
                steps.append((step, confidence))
            view = _after(step, view)
        steps = [s for s in steps if s[0].intent != "help"] or steps
        first = steps[0][0]
        return Plan(
            intent=first.intent,
            arguments=first.arguments,
            confidence=round(min(confidence for _, confidence in steps), 3),
            planner=self.name,
            then=[step for step, _ in steps[1:]],
        )

    def _whole(self, text: str, view: SessionView) -> Plan | None:
        """A plan for a request whose first part alone says too little; None where an edit is involved or nothing is sure."""
        if any(fact_in(piece, view) is not None for piece in (text, *clauses(text))):
            return None
        try:
            step, confidence = self._step(text, view)
        except _Ask:
            return None
        if confidence < 0.6 or step.intent in ("clarify", "help"):
            return None
        return Plan(
            intent=step.intent, arguments=step.arguments, confidence=round(confidence, 3), planner=self.name
        )

    def _step(self, clause: str, view: SessionView) -> tuple[Step, float]:
        fact = fact_in(clause, view)
        if isinstance(fact, Fact):
            return Step(
                intent="edit_fact",
                arguments={"subject": fact.subject, "prompt": fact.prompt, "target": fact.target},
            ), 0.93
        if isinstance(fact, Unclear):
            raise _Ask(fact.question)
        reading = read(clause, view)
        likely = _retrieval().probabilities([reading])[0]
        intent, confidence = decided(reading, view, likely)
        if intent == "edit_fact":
            raise _Ask(
                "Which fact should change? Say it like: make the model think the Eiffel Tower is in Berlin."
            )
        if intent in ("clarify", "help"):
            return Step(intent=intent), confidence
        arguments = _ARGUMENTS[intent](reading, view) if intent in _ARGUMENTS else {}
        return Step(intent=intent, arguments=arguments), confidence

    def _asks(self, question: str, confidence: float) -> Plan:
        return Plan(intent="clarify", confidence=confidence, planner=self.name, question=question)

    def _unsure(self, clause: str, view: SessionView) -> Plan:
        """A question with the two or three most likely readings."""
        likely = _retrieval().probabilities([read(clause, view)])[0]
        ranked = sorted((name for name in likely if name in _CAN_DO), key=lambda name: -likely[name])[:3]
        choices = [_CAN_DO[name] for name in ranked]
        question = f"I am not sure what you want. Shall I {choices[0]}, {choices[1]} or {choices[2]}?"
        return self._asks(
            question, round(max(0.05, 1 - max(likely.values())), 3) if likely["clarify"] < 0.5 else 0.6
        )


@cache
def _retrieval() -> Retrieval:
    return Retrieval()


def _merged(steps: list[tuple[Step, float]], step: Step) -> bool:
    """Whether the step only adds dimensions to the one before, or says the same again."""
    before, confidence = steps[-1]
    if before == step or (
        before.intent == "watch_checkpoints"
        and step.intent == "run_benchmark"
        and not step.arguments["dimensions"]
    ):
        return True
    if before.intent == step.intent == "run_benchmark":
        listed, more = before.arguments["dimensions"], step.arguments["dimensions"]
        same_subject = all(
            before.arguments[key] == step.arguments[key] or step.arguments[key] is None
            for key in ("model", "step")
        )
        if isinstance(listed, list) and isinstance(more, list) and listed and more and same_subject:
            steps[-1] = (
                Step(
                    intent="run_benchmark", arguments=before.arguments | {"dimensions": _joined(listed, more)}
                ),
                confidence,
            )
            return True
    return False


def _joined(listed: list[JsonValue], more: list[JsonValue]) -> list[JsonValue]:
    """The dimensions of both; what is said again of the same capabilities (`12 tasks, pass at 1`) is filled in."""
    first, second = ([dict(d) for d in dimensions if isinstance(d, dict)] for dimensions in (listed, more))
    named = [d["capability"] for d in first]
    if not all(d["capability"] in named for d in second):
        return [*first, *second]
    for dimension in first:
        for addition in second:
            if addition["capability"] == dimension["capability"]:
                dimension |= {key: value for key, value in addition.items() if value not in (None, [])}
    return [*first]


def _after(step: Step, view: SessionView) -> SessionView:
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
        step.intent == "score_feature"
        and isinstance(arguments["features"], list)
        and len(arguments["features"]) == 1
    ):
        return view.model_copy(update={"last_feature": arguments["features"][0]})
    return view


Arguments = dict[str, JsonValue]


def _run_benchmark(reading: Reading, view: SessionView) -> Arguments:
    wished = _wished(reading, view)
    model = reading.models[0] if reading.models else None
    step = reading.steps[0] if reading.steps else None
    dimensions: list[JsonValue] = [wish.arguments() for wish in wished]  # type: ignore[misc]
    return {"dimensions": dimensions, "model": model, "step": step}


_EVERYTHING = re.compile(
    r"(?<!\w)(?:everything|all(?: (?:the )?(?:capabilit\w+|skills|dimensions))?|anything|the lot|the rest|every capability|each capability)(?!\w)",
    re.IGNORECASE,
)
_FRAGMENT = re.compile(
    r"(?<!\w)(?:just|only|ones|again|same|this time|instead|now|redo|re-?run|but|focus|restrict|limit|narrow|zoom)(?!\w)",
    re.IGNORECASE,
)


def _wished(reading: Reading, view: SessionView) -> list[Wish]:
    """The dimensions: those named, those of the last card in a follow-up, or none for the default card."""
    text = reading.rest
    left_out = capabilities.excluded(text)
    if left_out and not reading.wishes:
        if (
            view.last_card
            and view.last_card.dimensions
            and {d.capability for d in view.last_card.dimensions} & set(left_out)
        ):
            return follow_ups.followed(reading, view) or []
        model_side = [
            name for name in capabilities.known() if name not in capabilities.DATA and name not in left_out
        ]
        counts = capabilities.counts_in(text)
        return [Wish(name, (0, 0), n_prompts=counts[0][0] if counts else None) for name in model_side]
    if reading.wishes:
        card = view.last_card
        of_card = follow_ups.in_card(card, text) if card else []
        dimensions = {d.capability for d in card.dimensions} if card else set()
        narrowed = [w for w in reading.wishes if w.capability not in dimensions]
        if (
            of_card
            and len(narrowed) == len(reading.wishes)
            and _FRAGMENT.search(text)
            and not re.search(r"(?<!\w)reasoning(?!\w)", text, re.I)
        ):
            return follow_ups.followed(reading, view) or reading.wishes
        return reading.wishes
    if view.last_card and not _general(reading):
        followed = follow_ups.followed(reading, view)
        if followed:
            return followed
    if _LEANS.search(text) and not view.last_card and not (reading.models or reading.steps):
        raise _Ask(
            "There is no card yet to follow up on. Which capability shall I benchmark, e.g. cot_math, translation or refusal?"
        )
    guess = unknown_capability(reading)
    if isinstance(guess, str):
        raise _Ask(guess)
    counts = capabilities.counts_in(text)
    if guess is not None:
        guess.n_prompts = counts[0][0] if counts else None
        return [guess]
    return []


_LEANS = re.compile(
    r"(?<!\w)(?:again|redo|re-?run|re-?do|repeat|once more|one more time|same|ones|harder|easier|this time|double|halve|twice)(?!\w)",
    re.IGNORECASE,
)


def _general(reading: Reading) -> bool:
    """Whether the whole model is meant afresh, not the last card again."""
    text = reading.unquoted
    return (
        bool(
            re.search(
                r"(?<!\w)(?:benchmark|evaluate|test|assess|score|how good is|default|standard|full)(?!\w)",
                text,
                re.I,
            )
        )
        and not _FRAGMENT.search(text)
        and not _LEANS.search(text)
        and not re.search(r"\d", reading.rest)
    )


def _drill_down(reading: Reading, view: SessionView) -> Arguments:
    card = view.last_card
    if card is None:
        raise _Ask("There is no card yet to break down. Which capability shall I benchmark first?")
    capability: str | None = None
    for mention in reading.mentions:
        dimension = follow_ups.dimension_of(card, mention.name)
        if dimension:
            capability = dimension.capability
            break
    of_card = [
        (d, name) for d, name in follow_ups.in_card(card, reading.rest) if capability in (None, d.capability)
    ]
    whole = {
        word for m in reading.mentions if m.name == capability for word in re.findall(r"\w+", m.text.lower())
    }
    of_card = [(d, name) for d, name in of_card if not set(name.split("_")) <= whole]
    if capability is None and of_card:
        capability = of_card[0][0].capability
    if capability is None and reading.mentions:
        capability = reading.mentions[0].name
    return {"capability": capability, "subtypes": [name for _, name in of_card]}


def _compare(reading: Reading, view: SessionView) -> Arguments:
    text = reading.unquoted
    models, steps = list(dict.fromkeys([*reading.models, *_model_paths(reading)])), list(reading.steps)
    if not models and not steps:
        if (
            re.search(
                r"(?<!\w)(?:all|every|each|across|the) (?:\w+ )?(?:checkpoints|steps)(?!\w)", text, re.I
            )
            and view.steps
        ):
            steps = sorted(view.steps)
        elif view.steps and (
            numbers := [
                int(n) for n in re.findall(r"(?<![\w.])\d+(?![\w.])", reading.rest) if int(n) in view.steps
            ]
        ):
            steps = numbers
        else:
            raise _Ask("Compare with which model or checkpoint step?")
    return {"models": list(models), "steps": list(steps)}


def _model_paths(reading: Reading) -> list[str]:
    return [n.text for n in reading.names if n.kind == "path" and n.text not in reading.models]


def _run_named(reading: Reading, view: SessionView) -> Arguments:
    count = capabilities.counts_in(reading.rest)
    limit = re.search(
        r"(?<!\w)(?:first|limit(?: of| to|=)?|only|top)[ =:]*(\d+)(?!\w)", reading.rest, re.IGNORECASE
    )
    return {
        "name": reading.named[0].name if reading.named else "",
        "limit": int(limit.group(1)) if limit else count[0][0] if count else None,
    }


def _features(reading: Reading, view: SessionView) -> Arguments:
    numbers = list(reading.features.numbers)
    if not numbers:
        numbers = [int(n) for n in re.findall(r"(?<![\w.,])\d+(?![\w%]|\.\d)", reading.rest)]
    numbers = numbers or features.meant(reading.features, view)
    if not numbers:
        raise _Ask("Which feature do you mean? Give its number, e.g. feature 421.")
    return {"features": list(numbers), "scores": list(reading.scores)}


def _relabel(reading: Reading, view: SessionView) -> Arguments:
    return _features(reading, view) | {"scores": []}


def _many_features(reading: Reading, view: SessionView) -> Arguments:
    if reading.features.too_many:
        raise _Ask("That is more features than any SAE has. Which range shall I take?")
    return {"features": list(reading.features.numbers), "reading": reading.reading, "top": reading.top}


def _edit_benchmarks(reading: Reading, view: SessionView) -> Arguments:
    names: list[JsonValue] = (
        [] if reading.thirteen else list(dict.fromkeys(f.name for f in reading.edit_benchmarks))
    )
    file = next((p for p in reading.paths if p.lower().endswith((".json", ".jsonl", ".csv"))), None)
    return {"benchmarks": names} | ({"path": file} if file else {})


_AFTER_LOAD = re.compile(
    r"(?:load|use|switch(?: over)?(?: back)? to|open|change(?: \w+)* to|go back to|take|select|pick|swap(?: in| to)?|import|read|attach|inspect|look at|work with|try|fetch|download|put|set|get|grab|bring (?:in|up)|mount|activate|analy[sz]e|ingest)(?: up)?"
    r"(?: (?:the|a|an|my|our|that|this|new|model|models|sae|sparse|autoencoder|auto-encoder|data ?set|dataset|data|file|called|named|from|at|in|to|with|on|hub|local|corpus|csv|jsonl|parquet|release|weights|folder|hugging ?face|text|of|checkpoints?|run|directory|training))* (?P<x>\"[^\"]+\"|'[^']+'|[^\s,;]+)",
    re.IGNORECASE,
)


def _named_after_load(reading: Reading, *ignored: str) -> str | None:
    match = _AFTER_LOAD.search(reading.raw) or _AFTER_LOAD.search(reading.text)
    if not match:
        return None
    name = match["x"].strip("\"'").rstrip(".!?")
    return (
        name
        if name.lower()
        not in {
            "it",
            "that",
            "this",
            "one",
            "model",
            "sae",
            "data",
            "dataset",
            "something",
            "please",
            "another",
            "different",
            "else",
            "models",
            "checkpoint",
            "as",
            *ignored,
        }
        else None
    )


def _load_model(reading: Reading, view: SessionView) -> Arguments:
    name = (reading.models or _model_paths(reading) or [None])[0]
    if name is None and re.search(
        r"(?<!\w)(?:default|embedded|built-?in|original)(?!\w)", reading.text, re.I
    ):
        name = "embedded"
    name = name or _named_after_load(reading)
    if name is None:
        raise _Ask("Which model shall I load? Give a hub name, a folder, a GGUF file or `embedded`.")
    return {"model": name}


def _load_sae(reading: Reading, view: SessionView) -> Arguments:
    if re.search(r"(?<!\w)(?:demo|default|embedded|shipped|bundled|built-?in)(?!\w)", reading.text, re.I):
        return {"sae": "demo"}
    quoted = re.search(r"[\"']([^\"']+)[\"']", reading.raw)
    token = re.search(
        r"(?<![\w/])(?=\S*[-_/.\d])(?=\S*[a-zA-Z])[\w./~-]*\w(?![\w/])",
        re.sub(r"(?i)auto-encoder", " ", reading.raw),
    )
    name = (
        quoted.group(1)
        if quoted
        else (reading.paths[0] if reading.paths else token.group() if token else _named_after_load(reading))
    )
    if name is None:
        raise _Ask("Which SAE shall I load? Give a SAELens release, a folder or `demo`.")
    return {"sae": name}


def _load_checkpoint(reading: Reading, view: SessionView) -> Arguments:
    paths = [p for p in reading.paths]
    step = reading.steps[0] if reading.steps else None
    if step is None and not paths:
        quoted = re.search(r"[\"']([^\"']+)[\"']", reading.raw)
        if not quoted:
            raise _Ask("Which checkpoint shall I load? Give its step or its path.")
        paths = [quoted.group(1)]
    return {"step": step, "path": paths[0] if paths else None}


def _load_dataset(reading: Reading, view: SessionView) -> Arguments:
    hub = [n.text for n in reading.names if n.kind in ("hub", "model")]
    quoted = re.search(r"[\"']([^\"']+)[\"']", reading.raw)
    path = (reading.paths or hub or ([quoted.group(1)] if quoted else []) or [None])[0]
    if path is None:
        before = re.search(
            r"(?<!\w)(?:the |my )?(?P<x>[\w./-]+) (?:data ?set|corpus)(?!\w)", reading.raw, re.IGNORECASE
        )
        path = (
            before["x"]
            if before
            and before["x"].lower()
            not in (
                "the",
                "a",
                "my",
                "this",
                "that",
                "new",
                "another",
                "load",
                "open",
                "different",
                "some",
                "hub",
                "training",
            )
            else _named_after_load(reading)
        )
    if path is None:
        raise _Ask("Which data set shall I load? Give a file, a folder or a hub name.")
    return {"path": path}


def _export(reading: Reading, view: SessionView) -> Arguments:
    return {"format": reading.format, "path": reading.paths[0] if reading.paths else None}


def _explain(reading: Reading, view: SessionView) -> Arguments:
    return {"topic": explained(reading)}


_ARGUMENTS: dict[str, Callable[[Reading, SessionView], Arguments]] = {
    "run_benchmark": _run_benchmark,
    "drill_down": _drill_down,
    "compare": _compare,
    "run_named_benchmark": _run_named,
    "score_feature": _features,
    "relabel_feature": _relabel,
    "sweep_features": _many_features,
    "list_features": _many_features,
    "run_edit_benchmarks": _edit_benchmarks,
    "load_model": _load_model,
    "load_sae": _load_sae,
    "load_checkpoint": _load_checkpoint,
    "load_dataset": _load_dataset,
    "export": _export,
    "explain": _explain,
}
