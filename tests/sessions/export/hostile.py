"""What a model may say to whoever shows its words, and a kind of card that no exporter knows."""

from typing import Literal

from sessions.cards.fields import CardFields
from tests.sessions import samples

HOSTILE = "\n".join(
    [
        "<script>window.harmed = 1; alert(1)</script>",
        "</script></style></pre></details></title></textarea><script>window.harmed = 2</script>",
        '<img src="x" onerror="window.harmed = 3"><svg onload="window.harmed = 4"></svg>',
        '"><a href="javascript:window.harmed = 5">click</a><iframe srcdoc="<script>top.harmed=6</script>">',
        "<base href='http://example.invalid/'><meta http-equiv=refresh content='0;url=http://example.invalid/'>",
        "<!-- --!> <![CDATA[ ]]> {{ 7 * 7 }} {% raw %} ${7*7} &lt;b&gt; &#x3c;",
        "\x1b[31mred\x1b[0m \x07 \x00 \x9b2J",
        "\u202egnp.exe \u2066isolated\u2069 \ufeff \u2028 line",
        "`'\"\\ " + "x" * 300,
    ]
)
SHOWN = (
    "\\x1b[31mred",
    "\\u202egnp.exe",
    "\\x00",
    "{{ 7 * 7 }}",
    "<script>window.harmed = 1; alert(1)</script>",
)
"""How parts of it must read on the page."""


class SurpriseCard(CardFields):
    """A kind of card that nobody has drawn yet."""

    kind: Literal["surprise"] = "surprise"
    verdict: str = "better"
    empty: None = None
    listed: tuple[str, ...] = ("one", "two")
    results: tuple[dict[str, object], ...]
    nested: dict[str, object]


def surprise_card(text: str = "plain") -> SurpriseCard:
    """The unknown card, with a text everywhere that a text can stand."""
    return SurpriseCard(
        session="s-000000",
        request=text,
        context=samples.CONTEXT,
        duration_s=1.0,
        verdict=text,
        results=(
            {
                "name": f"{text} first",
                "score": 25.0,
                "interval": [10.0, 50.0],
                "n": 4,
                "details": {"why": text},
            },
            {"name": "second", "score": None, "interval": None, "n": 0, "details": {}},
        ),
        nested={text: {"deep": {"deeper": {"deepest": {"bottom": [text, 0.125]}}}}, "empty": []},
    )
