import pytest

from sessions.store import Store
from tests.sessions import samples
from tools.errors import StoreError


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path)
    yield opened
    opened.close()


def test_a_session_begins_with_what_is_loaded_and_is_found_again(store):
    session_id = store.new_session({"model": "gpt2"})
    session = store.session(session_id)
    assert session.id == session_id
    assert session.loaded == {"model": "gpt2"}
    assert (session.title, session.n_cards) == ("", 0)


def test_what_was_loaded_later_is_added(store):
    session_id = store.new_session({"model": "gpt2", "dtype": "float32"})
    store.remember_loaded(session_id, {"model": "pythia", "sae": "demo"})
    assert store.session(session_id).loaded == {"model": "pythia", "dtype": "float32", "sae": "demo"}


def test_the_title_is_the_first_line_that_the_user_said(store):
    session_id = store.new_session()
    store.add_message(session_id, "agent", "Welcome.")
    store.add_message(session_id, "user", "\n  how good is it at maths?\nreally")
    store.add_message(session_id, "user", "thanks")
    assert store.session(session_id).title == "how good is it at maths?"


def test_sessions_stand_with_the_last_used_first(store):
    first, second = store.new_session(), store.new_session()
    store.add_message(first, "user", "later")
    assert [session.id for session in store.sessions()] == [first, second]


def test_messages_come_back_in_order_as_they_were_said(store):
    session_id = store.new_session()
    card = samples.card(session_id)
    store.save_card(card)
    said = ["hello", "", "nul \0 and \x1b[31m and \u202e", "x" * 100_000]
    for text in said:
        store.add_message(session_id, "user", text)
    store.add_message(session_id, "agent", "here", card_id=card.id)
    messages = store.messages(session_id)
    assert [message.text for message in messages] == [*said, "here"]
    assert [message.role for message in messages] == ["user"] * 4 + ["agent"]
    assert messages[-1].card_id == card.id


def test_text_that_no_file_can_hold_is_kept_as_an_escape(store):
    session_id = store.new_session()
    store.add_message(session_id, "user", "broken \ud800 half")
    assert store.messages(session_id)[0].text == "broken \\ud800 half"


def test_credentials_never_reach_the_file(store, tmp_path):
    secret = "sk-abcdefghijklmnopqrstuvwxyz0123"
    session_id = store.new_session({"api_key": "plainword", "endpoint": f"http://x/?k={secret}"})
    store.add_message(session_id, "user", f"my key is {secret}")
    store.save_card(samples.card(session_id, request=f"with {secret}"))
    store.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in content
    assert b"plainword" not in content
    assert b"my key is [redacted]" in content


def test_a_session_is_found_by_a_unique_beginning_with_or_without_its_letter(store):
    session_id = store.new_session()
    assert store.session(session_id[:4]).id == session_id
    assert store.session(session_id[2:].upper()).id == session_id


def test_a_beginning_that_fits_several_asks_for_more(store):
    known = {store.new_session() for _ in range(3)}
    with pytest.raises(StoreError, match="fits 3 sessions") as caught:
        store.session("s-")
    assert all(session_id in caught.value.next_step for session_id in known)


@pytest.mark.parametrize("wrong", ["s-zzzzzz", "", "%", "_", "'; DROP TABLE sessions; --"])
def test_an_unknown_session_is_refused_with_what_there_is(store, wrong):
    with pytest.raises(StoreError, match="no session in this store yet"):
        store.session(wrong)
    session_id = store.new_session()
    with pytest.raises(StoreError, match=session_id):
        store.session(wrong)


def test_a_slip_of_the_finger_is_answered_with_the_near_one(store):
    session_id = store.new_session()
    with pytest.raises(StoreError, match=f"Did you mean {session_id}"):
        store.session(f"{session_id[:-1]}z")


def test_nothing_is_written_to_an_unknown_session(store):
    with pytest.raises(StoreError, match="no session 's-none'"):
        store.add_message("s-none", "user", "hello")
    with pytest.raises(StoreError, match="no session 's-none'"):
        store.save_card(samples.card("s-none"))


def test_a_card_comes_back_equal_by_id_by_beginning_and_as_the_last(store):
    session_id = store.new_session()
    card = samples.card(session_id)
    store.save_card(card)
    assert store.card(card.id) == store.card(card.id[:6]) == store.card("last") == card
    assert store.session(session_id).n_cards == 1


def test_the_last_card_of_a_session_is_its_own(store):
    mine, other = store.new_session(), store.new_session()
    older, newer = samples.card(mine), samples.card(other)
    store.save_card(older)
    store.save_card(newer)
    assert store.card("last") == newer
    assert store.card("last", session=mine) == older
    assert store.cards() == [newer, older]
    assert store.cards(limit=1) == [newer]
    assert store.cards(session=mine) == [older]


def test_without_a_card_the_last_one_is_refused(store):
    with pytest.raises(StoreError, match="no card yet"):
        store.card("last")


def test_cards_are_found_by_training_run_and_step(store):
    session_id = store.new_session()
    at_800, elsewhere = samples.card(session_id), samples.card(session_id)
    store.save_card(at_800, training_run="runs/a")
    store.save_card(elsewhere)
    assert store.cards(training_run="runs/a", step=800) == [at_800]
    assert store.cards(training_run="runs/a", step=900) == []


def test_a_stored_card_of_an_unknown_kind_is_told(store):
    session_id = store.new_session()
    store.save_card(samples.card(session_id))
    with store._database.writing() as connection:
        connection.execute('UPDATE cards SET json = replace(json, \'"kind":"capability"\', \'"kind":"new"\')')
    with pytest.raises(StoreError, match="no card that can be read"):
        store.card("last")


def test_everything_is_there_when_the_store_opens_again(store, tmp_path):
    session_id = store.new_session()
    store.add_message(session_id, "user", "hello")
    card = samples.card(session_id)
    store.save_card(card)
    store.close()
    store.close()
    again = Store(tmp_path)
    assert [message.text for message in again.messages(session_id)] == ["hello"]
    assert again.card("last") == card
    again.close()


def test_a_full_store_is_told_and_keeps_what_it_has(store):
    session_id = store.new_session()
    card = samples.card(session_id)
    store.save_card(card)
    with store._database.reading() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreError, match="no space left") as caught:
        store.add_message(session_id, "user", "x" * 100_000)
    assert "Free some space" in caught.value.next_step
    assert store.messages(session_id) == []
    assert store.card("last") == card
    store.add_message(session_id, "user", "short")  # and goes on where there is room
