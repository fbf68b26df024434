"""What real processes do to a store: write at the same time, get killed at any moment, run out of disk."""

import multiprocessing
import random
import resource

import pytest

from sessions.cards.fields import new_card_id
from sessions.store import Store
from tests.sessions import samples
from tools.errors import StoreError
from tools.results import Credit

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["__main__", __name__])  # so that a child starts at once
KILLS = 20


def write_until_killed(folder, session_id, run_id, sample, acknowledged):
    """Writes messages, cards and credits; sends what the store has acknowledged, after it has."""
    store = Store(folder)
    for number in range(1_000_000):
        message_id = store.add_message(session_id, "user", f"message {number} " * 50)
        acknowledged.send(("message", message_id))
        card = sample.model_copy(update={"id": new_card_id()})
        store.save_card(card)
        acknowledged.send(("card", card.id))
        case_id = f"{message_id}"
        store.add_credits(run_id, [Credit(case_id=case_id, value=1.0)])
        acknowledged.send(("credit", case_id))


def test_a_store_that_is_killed_at_any_moment_has_all_that_it_acknowledged(tmp_path):
    store = Store(tmp_path)
    session_id = store.new_session()
    run = store.start_run(session_id, "key", samples.SUITE, {}, weights_hash=None)
    store.close()
    sample = samples.card(session_id)
    chance = random.Random(0)
    promised = []
    for _ in range(KILLS):
        here, there = PROCESSES.Pipe(duplex=False)
        writer = PROCESSES.Process(
            target=write_until_killed, args=(tmp_path, session_id, run.id, sample, there)
        )
        writer.start()
        there.close()
        promised.append(here.recv())
        for _ in range(chance.randrange(12)):
            promised.append(here.recv())
        writer.join(chance.random() / 100)  # somewhere inside the next write
        writer.kill()
        writer.join()
        with pytest.raises(EOFError):
            while True:
                promised.append(here.recv())
        here.close()

        again = Store(tmp_path)
        kept = {
            *(("message", message.id) for message in again.messages(session_id)),
            *(("card", card.id) for card in again.cards(limit=10_000)),
            *(("credit", credit.case_id) for credit in again.run(session_id, "key").credits),
        }
        again.close()
        assert kept.issuperset(promised)
        # A write that was under way may be there, unpromised; more than one for each kill may not.
        assert len(kept) <= len(promised) + KILLS


def write_some(folder, session_id, sample, start, name, times):
    start.wait()
    store = Store(folder)
    for number in range(times):
        store.add_message(session_id, "user", f"{name} {number}")
        store.save_card(sample.model_copy(update={"id": new_card_id()}))
    store.close()


def test_processes_that_write_at_once_lose_nothing(tmp_path):
    store = Store(tmp_path)
    session_id = store.new_session()
    start = PROCESSES.Event()
    sample = samples.card(session_id)
    writers = [
        PROCESSES.Process(target=write_some, args=(tmp_path, session_id, sample, start, name, 15))
        for name in "abc"
    ]
    for writer in writers:
        writer.start()
    start.set()
    while any(writer.is_alive() for writer in writers):
        store.cards(limit=5)  # reading goes on meanwhile
        writers[0].join(0.02)
        for writer in writers[1:]:
            writer.join(0)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    said = [message.text for message in store.messages(session_id)]
    assert len(said) == 45
    for name in "abc":
        assert [text for text in said if text.startswith(name)] == [
            f"{name} {number}" for number in range(15)
        ]
    assert len(store.cards(limit=100)) == 45
    store.close()


def open_new(folder, start):
    start.wait()
    store = Store(folder)
    store.new_session()
    store.close()


def test_processes_may_make_the_store_at_the_same_moment(tmp_path):
    start = PROCESSES.Event()
    openers = [PROCESSES.Process(target=open_new, args=(tmp_path / "new", start)) for _ in range(4)]
    for opener in openers:
        opener.start()
    start.set()
    for opener in openers:
        opener.join()
    assert [opener.exitcode for opener in openers] == [0] * 4
    store = Store(tmp_path / "new")
    assert len(store.sessions()) == 4
    store.close()


def fill_the_disk(folder, session_id, told):
    """No file may grow beyond 300 kB here, which the store meets as it meets a full disk."""
    store = Store(folder)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, most))
    n_kept = 0
    try:
        for _ in range(1_000):
            store.add_message(session_id, "user", "x" * 5_000)
            n_kept += 1
    except StoreError as error:
        still_read = len(store.messages(session_id))
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        store.add_message(session_id, "user", "there is space again")
        told.send((str(error), n_kept, still_read))
    store.close()


def test_a_disk_that_is_full_is_told_and_nothing_is_lost(tmp_path):
    store = Store(tmp_path)
    session_id = store.new_session()
    store.close()
    here, there = PROCESSES.Pipe(duplex=False)
    writer = PROCESSES.Process(target=fill_the_disk, args=(tmp_path, session_id, there))
    writer.start()
    there.close()
    sentence, n_kept, still_read = here.recv()
    writer.join()
    assert writer.exitcode == 0
    assert "space" in sentence
    assert n_kept > 5
    assert still_read == n_kept
    store = Store(tmp_path)
    messages = store.messages(session_id)
    store.close()
    assert len(messages) == n_kept + 1
    assert messages[-1].text == "there is space again"
