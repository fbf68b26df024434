import pytest
from markdown_it import MarkdownIt

from sessions.export import _thread, export_thread
from sessions.export._thread import html, markdown, read_thread
from sessions.store import Store
from tests.sessions import samples
from tests.sessions.export.hostile import HOSTILE
from tests.sessions.export.test_html import Structure
from tools.errors import StoreError
from tools.registry import load_all


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "store")
    yield opened
    opened.close()


def conversation(store, *said):
    """A session in which a card was shown after the words, with another card left unshown."""
    session = store.new_session()
    for number, text in enumerate(said):
        store.add_message(session, "agent" if number % 2 else "user", text)
    shown, unshown = samples.card(session, request="shown"), samples.card(session, request="unshown")
    store.save_card(shown)
    store.add_message(session, "agent", "", card_id=shown.id)
    store.save_card(unshown)
    return session, shown, unshown


def test_both_formats_keep_the_contract():
    assert set(load_all(_thread.__name__, _thread.CONTRACT)) == {"html", "markdown"}


def test_a_thread_has_what_was_said_in_order_with_each_card_where_it_was_shown(store):
    session, shown, unshown = conversation(store, "how good is it?", "let me see")
    thread = read_thread(store, session[:5])
    assert [turn.text for turn in thread.turns] == ["how good is it?", "let me see", "", ""]
    assert [turn.card_id for turn in thread.turns] == [None, None, shown.id, unshown.id]
    for text in (markdown.render(thread), Structure(html.render(thread)).text):
        places = [text.index(part) for part in ("let me see", shown.id, unshown.id)]
        assert places == sorted(places)
        assert "66.7" in text


def test_what_was_said_stays_a_quotation(store):
    session, *_ = conversation(
        store, HOSTILE, "# no heading\n- no item\n1. no list\n---\n> nothing\n\n    no code"
    )
    rendered = markdown.render(read_thread(store, session))
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(rendered)
    kinds = [token.type for token in tokens]
    first_card = kinds.index("table_open")
    said = set(kinds[kinds.index("blockquote_open") : first_card]) - {"heading_open", "heading_close"}
    assert said <= {"blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline"}
    assert "no heading" in rendered


def test_a_thread_is_html_unless_said_otherwise(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session, *_ = conversation(store, "hello")
    assert export_thread(store, session).name == f"benchwright-thread-{session}.html"
    assert export_thread(store, session, "md").name == f"benchwright-thread-{session}.md"
    assert export_thread(store, session, path=tmp_path / "it.md").read_text().startswith("# Conversation")


def test_a_session_without_words_can_be_written(store):
    thread = read_thread(store, store.new_session())
    assert "no words" in markdown.render(thread)
    assert "without words" in html.render(thread)


def test_an_unknown_session_or_format_is_told(store, tmp_path):
    with pytest.raises(StoreError, match="no session"):
        export_thread(store, "s-nobody")
    session, *_ = conversation(store, "hello")
    with pytest.raises(StoreError, match="no format 'csv'") as caught:
        export_thread(store, session, "csv", tmp_path / "thread.csv")
    assert caught.value.next_step == "Choose one of: html, markdown."
