"""Names in a request: models, checkpoints and steps, SAEs, data sets, files and export formats, kept verbatim."""

import re
from dataclasses import dataclass

from agent.planner.plan import SessionView

_FAMILIES = (
    "distil-?gpt-?2|gpt-?2|gpt-?neo[x]?|gpt-?j|gpt-?oss|gpt-?[34]o?|"
    "pythia|llama|tinyllama|codellama|qwen|gemma|mistral|mixtral|"
    "smol-?lm|phi|olmo|opt|bloomz?|falcon|mamba|rwkv|stablelm|deepseek|"
    "granite|yi|mpt|redpajama|openelm|cerebras-gpt|"
    "starcoder|santacoder|codegen|flan-t5|t5|bert|distilbert|roberta|"
    "zephyr|vicuna|dolly|nemotron|internlm|chatglm|aya|command-r|danube"
)
_FAMILY = re.compile(
    rf"(?<![\w/.-])(?:{_FAMILIES})(?:[-_.:]?\d[\w.-]*\w|[-_.:][\w.-]*\w|\d)?"
    r"(?:[ -](?:small|medium|large|xl|base|mini|nano|tiny|instruct|chat|"
    r"it|v?\d+(?:\.\d+)*[bmk]?)(?![\w%/.]*[\w%/]))*(?![\w/])",
    re.IGNORECASE,
)
_HUB = re.compile(r"(?<![\w/.~-])[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*\w(?:@[\w.-]+)?(?![\w/])")
_PATH = re.compile(
    r"(?<![\w/])(?:~|\.{1,2})?/[^\s,;\"']*[^\s,;:\"'.!?)]|(?<![\w/])[A-Za-z]:\\[^\s,;\"']+|"
    r"(?<![\w/.~-])(?=[\w./-]*[\d._-])[\w.-]+(?:/[\w.-]+){2,}/?|(?<![\w/.~-])(?:runs?|outputs?|"
    r"out|checkpoints?|ckpts?|models?|data|saes?|results?|exports?|reports?|"
    r"logs|experiments?|weights|datasets?)/[\w./-]*\w/?"
)
_FILE = re.compile(
    r"(?<![\w/])[\w./~\\-]*\w\.(?:csv|tsv|jsonl?|parquet|txt|arrow|gguf|"
    r"safetensors|html?|md|markdown|png|pt|bin|npz|gz|xlsx|yaml)(?:\.gz)?(?!\w)",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"(?<!\w)(?:(?:training )?steps?|checkpoints?|ckpts?|iterations?|"
    r"iters?|steps?[-_ ]?no\.?)[-_ #]*(?:number |no\.? )?"
    r"((?:\d+)(?:(?:,? (?:and|und|et|y|e|vs\.?|versus|to|with|against|"
    r"&) |, ?| ?/ ?| ?& ?| - ?)(?:(?:the )?(?:step|checkpoint|ckpt)s?[-_ "
    r"]?)?\d+(?!\d)(?! (?:prompts?|questions?|examples?|cases?|items|problems?|"
    r"samples?)))*)(?![\w.]*[A-Za-z@])",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"(?<![\w.])(?P<at>(?:(?:what|how) about|(?:go|jump|move|switch|hop|return|get|load|take me|over)(?: "
    r"me)?(?: over| back)?(?: to)?|at|than|vs\.?|versus|back to|from|earlier:?|before:?) )?"
    r"(?P<list>\d+(?:(?:, ?| ?& ?|,? and | or |/)\d+)*)(?![\w%.]*\w)"
    r"(?! (?:prompts?|questions?|examples?|cases?|items?|problems?|samples?|tasks?|each|of)(?!\w))",
    re.IGNORECASE,
)
"""Bare numbers: steps where all are steps of the run and there are several, or a word says that one is meant."""
_FORMATS = {
    "json": r"json",
    "csv": r"csv|spread ?sheet|excel",
    "markdown": r"markdown|md",
    "html": r"html?|web ?page",
    "lm_eval": r"lm[-_ ]?eval(?:uation)?(?:[-_ ]harness)?[-_ ](?:tasks?|format|config|yaml|files?)|"
    r"(?:as|into|to|in|for) (?:an? |the )?lm[-_ ]?eval(?:uation)?(?:[-_ ]harness)?",
    "png": r"png|image|picture|bitmap|bild|imagen",
}
_A_FORMAT = (
    rf"(?<!\w)(?:{'|'.join(_FORMATS.values())})(?!\w)"
    r"(?: (?:files?|versions?|exports?|reports?|format)(?!\w))?"
)
_NOT_FORMAT = re.compile(
    rf",? ?(?<!\w)(?:and |but )?(?:not|no|instead of|rather than) (?:as |in |to )?(?:an? |the )?{_A_FORMAT}",
    re.IGNORECASE,
)
_DATA_SUFFIXES = (".csv", ".tsv", ".jsonl", ".json", ".parquet", ".txt", ".arrow", ".gz", ".xlsx")
_MODEL_SUFFIXES = (".gguf", ".safetensors", ".bin", ".pt")
_EMBEDDED = re.compile(
    r"(?<!\w)(?:embedded|built[- ]?in|bundled|shipped)(?: model| lm| one)?(?!\w)|(?<!\w)default model(?!\w)",
    re.IGNORECASE,
)


_URL = re.compile(r"(?<![\w/])https?://[^\s,;\"'<>]*[^\s,;\"'<>.:!?)]", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """A name as it stands in the request, with its place and what it looks like."""

    text: str
    span: tuple[int, int]
    kind: str
    """`model`, `hub` (org/name), `path`, or `file`."""


def names(text: str) -> list[Name]:
    """Models, hub names, paths and files in order; where two overlap, the longer one."""
    found = [
        Name(m.group().strip(), m.span(), kind)
        for kind, expression in (("file", _FILE), ("path", _PATH), ("hub", _HUB), ("model", _FAMILY))
        for m in expression.finditer(text)
        if not (kind == "hub" and not _looks_like_hub(m.group()))
    ]
    found += [
        Name(m.group(), m.span(), "file" if m.group().lower().endswith(_DATA_SUFFIXES) else "model")
        for m in _URL.finditer(text)
    ]
    found += [Name("embedded", m.span(), "model") for m in _EMBEDDED.finditer(text)]
    kept: list[Name] = []
    for name in sorted(found, key=lambda n: (n.span[0] - n.span[1], n.kind != "file")):
        if all(name.span[1] <= k.span[0] or k.span[1] <= name.span[0] for k in kept):
            kept.append(name)
    return sorted(kept, key=lambda n: n.span)


def _looks_like_hub(text: str) -> bool:
    """Whether a/b is a repository rather than two words with a slash (`and/or`, `left/right`)."""
    return bool(re.search(r"[\d_.-]|[a-z][A-Z]|[A-Z]", text)) and not (
        re.fullmatch(r"[\d/.]+|w/[\w.]+|[A-Z]/[A-Z]", text) or _two_nouns(text)
    )


def _two_nouns(text: str) -> bool:
    """Whether a/b is two everyday words, one of them with a hyphen (`truth-teller/liar`)."""
    from agent.planner.wording import known_words

    words = re.split(r"[-/]", text)
    return all(len(word) > 2 and word.islower() and word in known_words() for word in words)


def models(text: str) -> list[Name]:
    """Names of models: known families, hub names, model files and folders that do not look like data."""
    return [
        name
        for name in names(text)
        if name.kind in ("model", "hub") or name.text.lower().endswith(_MODEL_SUFFIXES) or name.kind == "path"
        if not name.text.lower().endswith((*_DATA_SUFFIXES, ".html", ".md", ".png", ".htm"))
        if "checkpoint-" not in name.text.lower()
    ]


def steps(text: str, view: SessionView) -> tuple[list[int], list[tuple[int, int]]]:
    """Training steps named in `text` (also first, latest, previous, next of the known ones) and their spans."""
    found: list[int] = []
    spans: list[tuple[int, int]] = []
    for match in _STEP.finditer(text):
        found += [int(n) for n in re.findall(r"\d+", match.group(1))]
        spans.append(match.span())
    for match in re.finditer(
        r"(?<!\w)(?:the )?(\d+)(?:(?:st|nd|rd|th)|(?<=the \d\d)|(?<=the \d{3})|(?<=the \d{4})|(?<=the \d{5})) "
        r"(?:training )?(?:step|checkpoint|ckpt)(?!\w)",
        text,
        re.I,
    ):
        found.append(int(match.group(1)))
        spans.append(match.span())
    known = sorted(view.steps)
    for match in _LISTED.finditer(text):
        numbers = [int(n) for n in re.findall(r"\d+", match["list"])]
        pointed = set(numbers) <= set(known) and (len(numbers) > 1 or match["at"])
        if pointed and not any(a < match.end() and match.start() < b for a, b in spans):
            found += [n for n in numbers if n not in found]
            spans.append(match.span())
    for word, match in _relative_steps(text):
        step = _relative(word, known, view.step)
        spans.append(match.span())
        if step is not None and step not in found:
            found.append(step)
    return found, spans


def _relative_steps(text: str) -> list[tuple[str, re.Match[str]]]:
    expression = re.compile(
        r"(?<!\w)(first|earliest|initial|last|latest|newest|most recent|"
        r"final|previous|prior|next|current|present)"
        r"(?: (?:and|with|to|vs\.?|versus|against) (?:the )?(last|latest|final|newest))?(?: saved| training)? "
        r"(?:steps?|checkpoints?|ckpts?)(?!\w)|(?<!\w)(first|last|latest|"
        r"newest|previous|prior|next|current) one(?!\w)|"
        r"(?<!\w)(?:step|checkpoint) (before)(?! \w+ed)(?!\w)",
        re.IGNORECASE,
    )
    if not re.search(r"(?<!\w)(?:steps?|checkpoints?|ckpts?)(?!\w)", text, re.IGNORECASE):
        return []
    return [(word.lower(), match) for match in expression.finditer(text) for word in match.groups() if word]


def _relative(word: str, known: list[int], current: int | None) -> int | None:
    if word in ("first", "earliest", "initial"):
        return known[0] if known else None
    if word in ("last", "latest", "newest", "most recent", "final"):
        return known[-1] if known else None
    if current is None:
        return None
    if word in ("current", "present"):
        return current
    if word in ("previous", "prior", "before"):
        return max((step for step in known if step < current), default=None)
    return min((step for step in known if step > current), default=None)


def url_spans(text: str) -> list[tuple[int, int]]:
    """Where addresses stand."""
    return [match.span() for match in _URL.finditer(text)]


def format_words(text: str) -> list[tuple[int, int]]:
    """Where words for export formats stand, in order."""
    return [
        m.span() for m in re.finditer(rf"(?<![\w.])(?:{'|'.join(_FORMATS.values())})(?![\w.])", text, re.I)
    ]


def listed_formats(text: str) -> list[str]:
    """The export formats of a list of them (`in HTML and as CSV`), in order; [] where none are listed."""
    found = re.search(
        rf"(?<![\w.]){_A_FORMAT}(?:(?:,? (?:and|plus|as well as)|, ?| ?[&+])(?: (?:also|and|as|an?|in|into|"
        rf"to|the|one))*"
        rf" ?{_A_FORMAT})+(?![\w.])",
        text,
        re.IGNORECASE,
    )
    if not found:
        return []
    words = re.finditer(_A_FORMAT, found.group(), re.IGNORECASE)
    names_of = [
        next(
            name
            for name, said in _FORMATS.items()
            if re.match(rf"(?:{said})(?!\w)", word.group(), re.IGNORECASE)
        )
        for word in words
    ]
    return list(dict.fromkeys(names_of))


def export_format(text: str) -> str | None:
    """The export format that is named, or that a file name ends in."""
    if named := re.search(
        r"(?<!\w)(?:as|in|into|to) (?:an? )?(jsonl|safetensors)(?![\w.])", text, re.IGNORECASE
    ):
        return named.group(1).lower()
    text = _NOT_FORMAT.sub("", text)
    for name, words in _FORMATS.items():
        if re.search(rf"(?<![\w.])(?:\.?)(?:{words})(?![\w.])", text, re.IGNORECASE):
            return name
    for name, words in _FORMATS.items():
        if re.search(rf"\w\.(?:{words})(?!\w)", text, re.IGNORECASE):
            return name
    return None
