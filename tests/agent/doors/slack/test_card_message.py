"""Cards and their cases as messages: the numbers are there, the limits are kept, the model's words are only words."""

import pytest

from agent.doors.slack.blocks import MOST_BLOCKS
from agent.doors.slack.card_message import card_message
from agent.doors.slack.looks import files_of, look_message
from sessions.card import Card
from sessions.store import Store
from tests.sessions.export.card_samples import one_of_each
from tests.sessions.samples import card, with_output
from tools.errors import StoreError

HOSTILE = "<!channel> ```<@U1>``` <https://evil.example|click> \u202eabc \x1b[2J `x`"


def _texts(part: object) -> list[str]:
    if isinstance(part, dict):
        return [
            text
            for key, value in part.items()
            for text in ([value] if key == "text" and isinstance(value, str) else _texts(value))
        ]
    return [text for item in part for text in _texts(item)] if isinstance(part, list) else []


def test_a_card_shows_its_finding_its_rows_and_where_they_come_from() -> None:
    told, is_cut = card_message(card())
    assert not is_cut
    blocks = told["blocks"]
    assert blocks[0]["text"]["text"] == "66.7 · overall, 4 prompts"
    assert (
        "knowledge_mcq ████████░░░░ 66.7  (20.8 to 93.9)  n 3  binary  a blind guess 50.0"
        in blocks[1]["text"]["text"]
    )
    assert any("tiny/model" in text for text in _texts(blocks))
    assert [each["text"]["text"] for each in blocks[-1]["elements"]] == [
        "Why?",
        "Worst cases",
        "HTML",
        "JSON",
        "Markdown",
    ]


@pytest.mark.parametrize("text", [HOSTILE, "<" * 20_000])
def test_every_kind_of_card_is_told_within_the_limits_and_without_markup(text: str) -> None:
    for kind, made in one_of_each(text).items():
        told, _ = card_message(made)
        assert len(told["blocks"]) <= MOST_BLOCKS, kind
        assert sum(map(len, _texts(told))) <= 12_000, kind
        for each in _texts(told):
            assert len(each) <= 3_000, kind
            assert "<" not in each and each.count("```") in (0, 2), kind
        assert told["blocks"][-1]["type"] == "actions"


def test_a_wide_table_loses_columns_and_no_row() -> None:
    told, _ = card_message(one_of_each()["edit_evaluation"])
    table = next(text for text in _texts(told) if "All measures" in text)
    assert "ES per token" in table
    assert max(map(len, table.splitlines())) <= 110


@pytest.mark.parametrize("look", ["why", "worst"])
def test_hostile_words_of_the_model_stay_words(look: str) -> None:
    told = look_message(look, with_output(HOSTILE, HOSTILE))
    for text in _texts(told):
        assert "<" not in text
        assert text.count("```") in (0, 2)
        assert "\u202e" not in text and "\x1b" not in text
    assert any("&lt;!channel&gt;" in text for text in _texts(told))


def test_very_long_answers_fit() -> None:
    told = look_message("worst", with_output("&" * 50_000, "<" * 50_000))
    assert len(told["blocks"]) <= MOST_BLOCKS
    assert all(len(text) <= 3_000 for text in _texts(told))
    assert sum(map(len, _texts(told))) <= 12_000


@pytest.mark.parametrize(
    ("wish", "ending"),
    [({"format": "html"}, ".html"), ({}, ".json"), ({"format": "md"}, ".md"), ({"format": ".PNG"}, ".png")],
)
def test_a_card_is_exported_under_its_name(tmp_path: object, wish: dict[str, str], ending: str) -> None:
    store, shown = _store(tmp_path)
    ((name, content),) = files_of({"card": shown.id, **wish}, store)
    assert name == f"benchwright-capability-{shown.id}{ending}"
    assert content


def test_a_conversation_is_exported(tmp_path: object) -> None:
    store, shown = _store(tmp_path)
    ((name, content),) = files_of({"what": "thread", "session": shown.session}, store)
    assert name.endswith(".html")
    assert shown.id.encode() in content


@pytest.mark.parametrize(
    "wish", [{"format": "../../etc/passwd"}, {"format": "exe"}, {"format": "safetensors"}]
)
def test_what_is_no_format_of_the_card_is_refused(tmp_path: object, wish: dict[str, str]) -> None:
    store, shown = _store(tmp_path)
    with pytest.raises(StoreError):
        files_of({"session": shown.session, **wish}, store)


def test_without_a_card_there_is_nothing_to_export(tmp_path: object) -> None:
    store = Store(tmp_path)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="no card"):
        files_of({"session": store.new_session()}, store)


def _store(folder: object) -> tuple[Store, Card]:
    store = Store(folder)  # type: ignore[arg-type]
    shown = card().model_copy(update={"session": store.new_session()})
    store.save_card(shown)
    return store, shown
