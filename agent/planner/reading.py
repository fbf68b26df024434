"""Everything recognised in one clause of a request, before it is decided what is wanted."""

import re
from dataclasses import dataclass

from agent.planner.capabilities import Found, matches, mentions, methods_in
from agent.planner.catalogue import patterns
from agent.planner.dimensions import wishes
from agent.planner.edit_words import edit_benchmarks_called, edit_benchmarks_in
from agent.planner.features import Features, features_in, reading_in, scores_in, top_in
from agent.planner.meant_wishes import meant, outweighed, refine
from agent.planner.names import Name, export_format, names, steps
from agent.planner.numbers import with_digits
from agent.planner.plan import SessionView
from agent.planner.quotes import blank, quoted_spans
from agent.planner.wish import Wish

_STYLE = re.compile(r"[- ]?(?:style|like|type|ish|inspired)(?!\w)", re.IGNORECASE)
_THIRTEEN = re.compile(
    r"(?<!\w)(?:all|the|full)(?: (?:of )?(?:the|full|whole|complete|entire))? ?13(?: "
    r"\w+)?(?: edit(?:ing)?)?(?: (?:benchmarks?|tests?|checks|scores|"
    r"suite|evals?))?(?!\w)|(?<!\w)13 (?:edit(?:ing)? )?(?:benchmarks?|"
    r"tests|checks)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """The slots of one clause. `text` is in English with digits; `raw` is what was typed, slips put right."""

    raw: str
    text: str
    unquoted: str
    """`text` of the same length with longer quotations blanked: they say nothing about what is wanted."""
    wishes: list[Wish]
    mentions: list[Found]
    methods: list[Found]
    named: list[Found]
    edit_benchmarks: list[Found]
    edit_benchmarks_called: bool
    """One of them is called by its name, not only told by what it looks at."""
    thirteen: bool
    features: Features
    scores: list[str]
    reading: str | None
    top: int | None
    steps: list[int]
    names: list[Name]
    format: str | None
    rest: str
    """`unquoted` with steps, names, features and named benchmarks blanked out."""
    foreign: bool = False
    """Put into English word by word from another language."""

    @property
    def models(self) -> list[str]:
        """Models that are named, without data and report files."""
        return [
            n.text
            for n in self.names
            if n.kind in ("model", "hub") or n.text.lower().endswith((".gguf", ".safetensors"))
        ]

    @property
    def paths(self) -> list[str]:
        """Files and folders."""
        return [n.text for n in self.names if n.kind in ("path", "file")]


def scores_told(text: str, view: SessionView) -> list[tuple[int, int]]:
    """Where `text` repeats a score of the last card (`only 51?`): that is no number of prompts."""
    dimensions = view.last_card.dimensions if view.last_card else []
    scores = {str(round(d.score)) for d in dimensions if d.score is not None}
    scores |= {str(d.score) for d in dimensions if d.score is not None}
    if not scores:
        return []
    told = re.compile(
        rf"(?<![\w.])(?:{'|'.join(map(re.escape, sorted(scores, key=len, reverse=True)))})(?:\.0)?(?!\w|\.\d)"
        r"(?! ?(?:prompts?|questions?|examples?|cases?|items?|problems?|samples?|tasks?|of|each)(?!\w))"
    )
    return [
        match.span()
        for match in told.finditer(text)
        if not re.search(r"(?:with|n ?=|to|use|make it|run) $", text[: match.start()], re.IGNORECASE)
    ]


def read(raw: str, view: SessionView, foreign: bool = False) -> Reading:
    """The slots of the clause `raw`; `foreign` where it was put into English before."""
    text = with_digits(raw)
    long_quotes = [(a, b) for a, b in quoted_spans(text) if len(text[a:b].split()) > 3]
    unquoted = blank(text, long_quotes)
    found_names = names(text)
    visible = blank(unquoted, [n.span for n in found_names])
    visible = blank(visible, scores_told(visible, view))
    found_steps, step_spans = steps(visible, view)
    visible = blank(visible, step_spans)
    features = features_in(visible)
    visible = blank(visible, features.spans)
    named = [
        f for f in matches(visible, patterns("measures", "named")) if not _STYLE.match(visible, f.span[1])
    ]
    visible = blank(visible, [f.span for f in named])
    thirteen = _THIRTEEN.search(visible)
    if thirteen:
        visible = blank(visible, [thirteen.span()])
    edit_benchmarks = edit_benchmarks_in(visible, view)
    asked = wishes(visible, view)
    if not (features.numbers or features.referred or named or edit_benchmarks or thirteen):
        asked = outweighed(asked, visible, view) if asked else meant(visible, view)
        refine(asked, visible, view)
    return Reading(
        raw=raw,
        text=text,
        unquoted=unquoted,
        wishes=asked,
        mentions=mentions(visible),
        methods=methods_in(visible),
        named=named,
        edit_benchmarks=edit_benchmarks,
        edit_benchmarks_called=bool(edit_benchmarks_called(visible)),
        thirteen=bool(thirteen),
        features=features,
        scores=scores_in(visible),
        reading=reading_in(visible),
        top=top_in(visible),
        steps=found_steps,
        names=found_names,
        format=export_format(unquoted),
        rest=visible,
        foreign=foreign,
    )
