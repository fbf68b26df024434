"""The ledger of edits: in order, by session, with what became of each, and written with its card or not at all."""

from pathlib import Path
from typing import Any

import pytest

from sessions.ledger import LedgerEntry, new_edit_id
from sessions.store import Store
from tests.sessions.cards.edit_samples import BASE, EDITED, edit_card
from tools.errors import StoreError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def entry(session: str, target: str = "Berlin", **fields: Any) -> LedgerEntry:
    return LedgerEntry(
        id=new_edit_id(),
        session=session,
        request_key=f"{session}-1.0",
        card="c-0011223344",
        subject="The Eiffel Tower",
        prompt="{} is located in",
        target=target,
        layer=8,
        base_hash=BASE,
        edited_hash=EDITED,
        norm_ratio=0.1,
        file="/tmp/edit.safetensors",
        **fields,
    )


def committed(store: Store, session: str, target: str = "Berlin") -> LedgerEntry:
    made = entry(session, target)
    store.commit_edit(made, edit_card(session=session), store.active_edits(session))
    return made


def test_edits_come_back_in_order_and_by_session(store: Store, tmp_path: Path) -> None:
    one, other = store.new_session(), store.new_session()
    first, second = committed(store, one), committed(store, one, "Oslo")
    third = committed(store, other)
    store.close()
    again = Store(tmp_path)
    assert again.active_edits(one) == [first, second]
    assert again.active_edits(other) == [third]
    assert first.statement == "The Eiffel Tower is located in → Berlin"


def test_an_ended_edit_stays_in_the_ledger_with_the_reason(store: Store) -> None:
    session = store.new_session()
    first, second = committed(store, session), committed(store, session)
    store.end_edits([second], "rolled back", "by request")
    store.end_edits([second], "ended", "once more")
    assert store.active_edits(session) == [first]
    found = store.edits(session)[1]
    assert (found.status, found.reason) == ("rolled back", "by request")
    assert found.ended is not None


def test_an_edit_is_found_by_the_plan_step_that_made_it(store: Store) -> None:
    session = store.new_session()
    made = committed(store, session)
    assert store.edit_of_request(session, made.request_key) == made
    assert store.edit_of_request(session, "another") is None
    assert store.edit_of_request(store.new_session(), made.request_key) is None


def test_edit_and_card_are_written_both_or_neither(store: Store) -> None:
    session = store.new_session()
    made = committed(store, session)
    with pytest.raises(StoreError):
        store.commit_edit(entry("s-unknown"), edit_card(session="s-unknown"), [])
    card = edit_card(session=session)
    with pytest.raises(Exception, match="UNIQUE"):
        store.commit_edit(made, card, [made])  # the same edit again
    assert all(kept.id != card.id for kept in store.cards())
    assert len(store.edits(session)) == 1


def test_an_edit_of_weights_that_another_process_has_changed_is_not_entered(store: Store) -> None:
    session = store.new_session()
    made = committed(store, session)
    with pytest.raises(StoreError, match="meanwhile"):
        store.commit_edit(entry(session, "Oslo"), edit_card(session=session), [])
    assert store.edits(session) == [made]
