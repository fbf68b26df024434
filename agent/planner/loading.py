"""What is to be loaded: a model, an SAE, a checkpoint or a data set, by the name or path in the clause."""

import re

from pydantic import JsonValue

from agent.planner.plan import SessionView
from agent.planner.reading import Reading


class Ask(Exception):
    """What is needed for a plan was not said: the question to ask. It becomes a `clarify` plan."""


class Vague(Ask):
    """Words that ask for nothing by themselves: beside a clear order they are told, not asked."""


Arguments = dict[str, JsonValue]


def model_paths(reading: Reading) -> list[str]:
    return [n.text for n in reading.names if n.kind == "path" and n.text not in reading.models]


_AFTER_LOAD = re.compile(
    r"(?:load|use|switch(?: over)?(?: back)? to|open|change(?: \w+)* "
    r"to|go back to|take|select|pick|swap(?: in| to)?|import|read|attach|"
    r"inspect|look at|work with|try|fetch|download|put|set|get|grab|bring "
    r"(?:in|up)|mount|activate|analy[sz]e|ingest)(?: up)?"
    r"(?: (?:the|a|an|my|our|that|this|new|model|models|sae|sparse|autoencoder|"
    r"auto-encoder|data ?set|dataset|data|file|called|named|from|at|in|"
    r"to|with|on|hub|local|corpus|csv|jsonl|parquet|release|weights|folder|"
    r"hugging ?face|text|of|checkpoints?|run|directory|training))* (?P<x>\"[^\"]+\"|"
    r"'[^']+'|[^\s,;]+)",
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
            "them",
            "these",
            "those",
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


def load_model(reading: Reading, view: SessionView) -> Arguments:
    listed = reading.models or model_paths(reading)
    replaced = len(listed) > 1 and re.match(
        r"(?:please )?(?:replace|swap|exchange|switch|change)(?!\w)", reading.raw, re.I
    )
    name = listed[-1 if replaced else 0] if listed else None
    if name is None and re.search(
        r"(?<!\w)(?:default|embedded|built-?in|original)(?!\w)", reading.text, re.I
    ):
        name = "embedded"
    name = name or _named_after_load(reading)
    if name is None:
        raise Ask("Which model shall I load? Give a hub name, a folder, a GGUF file or `embedded`.")
    return {"model": name}


def load_sae(reading: Reading, view: SessionView) -> Arguments:
    if re.search(r"(?<!\w)(?:demo|default|embedded|shipped|bundled|built-?in)(?!\w)", reading.text, re.I):
        return {"sae": "demo"}
    quoted = re.search(r"[\"']([^\"']+)[\"']", reading.raw)
    token = re.search(
        r"(?<![\w/])(?=\S*[-_/.\d])(?=\S*[a-zA-Z])[\w./~-]*\w(?![\w/])",
        re.sub(r"(?i)auto-encoder|sae[-_]?lens", " ", reading.raw),
    )
    name = (
        quoted.group(1)
        if quoted
        else (reading.paths[0] if reading.paths else token.group() if token else _named_after_load(reading))
    )
    if name is None:
        raise Ask("Which SAE shall I load? Give a SAELens release, a folder or `demo`.")
    return {"sae": name}


def load_checkpoint(reading: Reading, view: SessionView) -> Arguments:
    paths = list(reading.paths)
    step = reading.steps[0] if reading.steps else None
    if step is None and not paths:
        quoted = re.search(r"[\"']([^\"']+)[\"']", reading.raw)
        if not quoted:
            raise Ask("Which checkpoint shall I load? Give its step or its path.")
        paths = [quoted.group(1)]
    return {"step": step, "path": paths[0] if paths else None}


def load_dataset(reading: Reading, view: SessionView) -> Arguments:
    hub = [n.text for n in reading.names if n.kind in ("hub", "model")]
    quoted = re.search(r"[\"']([^\"']+)[\"']", reading.raw)
    path: str | None = next(iter(reading.paths or hub or ([quoted.group(1)] if quoted else [])), None)
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
        raise Ask("Which data set shall I load? Give a file, a folder or a hub name.")
    return {"path": path}
