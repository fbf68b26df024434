"""Which intent a clause has whose object has a name of its own: a standard benchmark, a model, an SAE, data."""

import re

from agent.planner.card_intents import COMPARE
from agent.planner.feature_intents import SAE_WORD
from agent.planner.plan import SessionView
from agent.planner.reading import Reading
from agent.planner.statements import facts

_I = re.IGNORECASE

LOADS = re.compile(
    r"^(?:(?:please|now|ok(?:ay)?|and|then|let'?s|let me|let us|can you|"
    r"could you|can we|could we|i want to|i'?d like to|i would like to|"
    r"we should|also|go ahead and|i'?ll|i need to) )*(?:load|use|switch(?: "
    r"over)?(?: back)?(?: to)?|open|change(?: (?:the )?\w+)? to|go (?:back "
    r")?to|jump(?: back)? to|move(?: back)? to|take|select|pick|swap(?: "
    r"in)?(?: to)?|bring (?:in|up)|read|import|attach|inspect|look at|"
    r"work with|start with|point (?:it |me )?(?:at|to)|set (?:the )?(?:model|"
    r"checkpoint|step|sae|data ?set)|mount|fetch|download|get|put|grab|"
    r"ingest|use|back to|pull(?: up| in)?|let me see|analy[sz]e|fire "
    r"up|boot|activate|return to|fall back to|checkout|check out|hop "
    r"to|connect (?:to|with)|hook (?:up|into)|talk to)(?!\w)",
    _I,
)

_DATA = re.compile(r"(?<!\w)(?:data ?sets?|data|csv|jsonl|parquet|corpus|spreadsheet|table)(?!\w)", _I)

_AS_DATA = re.compile(
    r"(?<!\w)(?:as (?:the |my |a )?data(?: ?set)?|(?:to|for) inspect\w*|data ?set)(?!\w)", _I
)
_CHECKPOINT = re.compile(
    r"(?<!\w)(?<!multi-)(?:checkpoints?|ckpts?|training run|runs?|steps?|training folder)(?!\w)", _I
)


def _begins_with_a_name(text: str) -> bool:
    """Whether a fact is stated of a thing whose name begins like an order (`Mount Everest lies in Canada`)."""
    stated = facts(text) if re.match(r"[A-Z]\w+ [A-Z]", text) else None
    return stated is not None and text.startswith(f"{stated.subject} ") and " " in stated.subject


def of_names(reading: Reading, view: SessionView, likely: dict[str, float]) -> str | None:
    """What has a name of its own: standardised benchmarks, models, checkpoints, SAEs, data."""
    text = reading.unquoted
    if reading.named and LOADS.match(text) and _AS_DATA.search(text):
        return "load_dataset"
    if reading.named and not reading.wishes:
        return "run_named_benchmark"
    loads = bool(LOADS.match(text)) and not _begins_with_a_name(text)
    compares = bool(COMPARE.search(text)) and bool(reading.models or reading.steps or reading.paths)
    if (
        loads
        and not reading.wishes
        and not compares
        and not re.match(
            r"^(?:try|use|get|take|put|look at|inspect) .*(?:same|that suite|again|prompts?)(?!\w)", text, _I
        )
        and not reading.named
    ):
        if SAE_WORD.search(text) or re.search(r"(?<![a-z])sae(?![a-z])", " ".join(reading.paths), _I):
            return "load_sae"
        data = any(
            p.lower().endswith((".csv", ".tsv", ".jsonl", ".parquet", ".json", ".arrow", ".txt", ".xlsx"))
            for p in reading.paths
        )
        if data or (_DATA.search(reading.rest) and not re.search(r"(?<!\w)model(?!\w)", text, _I)):
            return "load_dataset"
        if (
            reading.steps
            or any("checkpoint" in p.lower() or "ckpt" in p.lower() for p in reading.paths)
            or (_CHECKPOINT.search(reading.rest) and not reading.models)
        ):
            return "load_checkpoint"
        if reading.models or (reading.paths and not reading.format):
            return "load_model"
        if re.search(r"(?<!\w)models?(?!\w)", text, _I):
            return "load_model"
        word = re.match(r"^(?:please )?(?:load|switch to|open)(?: up)? (?P<x>\S+)$", text.strip(" .!"), _I)
        if word and not re.fullmatch(
            r"it|that|this|up|one|another|something|everything|stuff|card|cards|results?", word["x"], _I
        ):
            return "load_model" if view.context != "data_inspection" else "load_dataset"
    return None
