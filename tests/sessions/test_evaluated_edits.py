"""Evaluations that are not finished, fact by fact."""

from pathlib import Path

import pytest

from sessions.store import Store
from tests.sessions.cards.edit_evaluation_samples import fact


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_what_was_kept_is_found_by_the_evaluation_in_another_process(store: Store, tmp_path: Path) -> None:
    store.keep_evaluated("one", fact(2))
    store.keep_evaluated("one", fact(1))
    store.keep_evaluated("two", fact(3))
    store.close()
    again = Store(tmp_path)
    assert again.evaluated("one") == {1: fact(1), 2: fact(2)}
    assert again.evaluated("none") == {}


def test_a_finished_evaluation_is_forgotten_alone(store: Store) -> None:
    store.keep_evaluated("one", fact(1))
    store.keep_evaluated("two", fact(1))
    store.forget_evaluated("one")
    assert (store.evaluated("one"), list(store.evaluated("two"))) == ({}, [1])


def test_broken_text_is_kept_as_escapes(store: Store) -> None:
    store.keep_evaluated("one", fact(1, subject="'); DROP TABLE evaluated_edits; -- \ud800"))
    assert store.evaluated("one")[1].subject == "'); DROP TABLE evaluated_edits; -- \\ud800"


def test_what_another_version_wrote_is_scored_anew(store: Store) -> None:
    store.keep_evaluated("one", fact(1))
    with store._database.writing() as connection:
        connection.execute("UPDATE evaluated_edits SET json = '{\"number\": 1}'")
    assert store.evaluated("one") == {}
