import pytest

from prompts.suite import Suite
from sessions.store import Store
from tests.sessions import samples
from tools.errors import StoreError
from tools.results import Credit


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def session_id(store):
    return store.new_session()


def start(store, session_id, key="1.0", **where):
    return store.start_run(session_id, key, samples.SUITE, {"threshold": 0.5}, weights_hash="ab12", **where)


def test_a_suite_is_kept_under_its_hash_and_comes_back_equal(store):
    suite_hash = store.save_suite(samples.SUITE)
    assert suite_hash == samples.SUITE.hash
    assert store.suite(suite_hash) == store.suite(suite_hash[:12]) == samples.SUITE
    assert store.save_suite(samples.SUITE) == suite_hash


def test_an_unknown_or_ambiguous_suite_is_refused(store):
    store.save_suite(samples.SUITE)
    store.save_suite(Suite(capability="x", scoring="binary", generator="x/1", seed=0, cases=()))
    for wrong in ("", "zz"):
        with pytest.raises(StoreError, match="hash begins with"):
            store.suite(wrong)


def test_a_run_knows_what_was_run_on_what(store, session_id):
    run = start(store, session_id, training_run="runs/a", step=800)
    assert (run.session, run.key, run.status) == (session_id, "1.0", "running")
    assert (run.suite_hash, run.method) == (samples.SUITE.hash, samples.SUITE.scoring)
    assert run.settings == {"threshold": 0.5}
    assert (run.weights_hash, run.training_run, run.step) == ("ab12", "runs/a", 800)
    assert run.credits == ()
    assert store.suite(run.suite_hash) == samples.SUITE


def test_a_killed_run_is_found_with_the_credits_that_it_had(store, session_id, tmp_path):
    run = start(store, session_id)
    store.add_credits(run.id, samples.CREDITS[:1])
    store.add_credits(run.id, samples.CREDITS[1:2])
    with_store = Store(tmp_path)  # another process, as it were
    found = with_store.run(session_id, "1.0")
    with_store.close()
    assert found is not None
    assert found.id == run.id
    assert [credit.case_id for credit in found.credits] == ["q-2", "q-0"]
    assert found.credits[0] == samples.CREDITS[0]


def test_a_later_credit_of_a_case_replaces_the_earlier(store, session_id):
    run = start(store, session_id)
    store.add_credits(run.id, [Credit(case_id="q-0", value=0.0)])
    store.add_credits(run.id, [Credit(case_id="q-0", value=1.0)])
    found = store.run(session_id, "1.0")
    assert [credit.value for credit in found.credits] == [1.0]


def test_a_credit_with_a_number_that_json_lacks_is_kept(store, session_id):
    run = start(store, session_id)
    store.add_credits(run.id, samples.CREDITS)
    reasons = [credit.unscored_reason for credit in store.run(session_id, "1.0").credits]
    assert reasons.count("the logits are not numbers") == 1


def test_a_complete_run_is_found_by_its_key_too(store, session_id):
    run = start(store, session_id)
    store.add_credits(run.id, samples.CREDITS)
    store.finish_run(run.id)
    done = store.run(session_id, "1.0")
    assert (done.status, len(done.credits)) == ("done", 4)
    assert done.ended is not None


def test_a_stopped_run_can_go_on(store, session_id):
    run = start(store, session_id)
    store.finish_run(run.id, "stopped")
    assert store.run(session_id, "1.0").status == "stopped"


def test_runs_of_other_keys_and_sessions_are_not_taken_for_it(store, session_id):
    start(store, session_id, "1.0")
    assert store.run(session_id, "1.1") is None
    assert store.run(store.new_session(), "1.0") is None


def test_complete_runs_of_a_training_run_come_by_step_the_newest_of_a_step_last(store, session_id):
    late = start(store, session_id, training_run="runs/a", step=900)
    early = start(store, session_id, training_run="runs/a", step=100)
    again = start(store, session_id, training_run="runs/a", step=100)
    other = start(store, session_id, training_run="runs/b", step=50)
    killed = start(store, session_id, training_run="runs/a", step=10)
    for run in (late, early, again, other):
        store.finish_run(run.id)
    assert [run.id for run in store.runs_by_step("runs/a")] == [early.id, again.id, late.id]
    assert store.runs_by_step("runs/a", samples.SUITE.hash) == store.runs_by_step("runs/a")
    assert store.runs_by_step("runs/a", "another suite") == []
    assert killed.id not in [run.id for run in store.runs_by_step("runs/a")]
