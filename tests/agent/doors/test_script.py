"""Sessions in a script: answers and cards as values, errors as exceptions, calls as their own approval."""

import doctest
import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

import agent
from agent.doors.script import Session, open_session
from agent.events import Asked, Said
from sessions.card import CapabilityCard
from tests.agent.scripted import LoadedSubject, ScriptedPlanner, bench_step, scripted_conversation, step
from tests.test_house import HEAVY
from tools.errors import UserError
from tools.progress import Progress, silent

PLANS = {
    "go": [bench_step("arithmetic", 4)],
    "bad": [bench_step("astrology", 4)],
    "edit": [step("edit_fact", subject="Paris", prompt="{} is in", target="Spain")],
}


@pytest.fixture
def edits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Subjects of the edits that ran; no weights are changed."""
    edited: list[str] = []

    def run(arguments: Any, bench: Any, report: Any) -> Any:
        edited.append(arguments.subject)
        yield Said("Edited.")

    monkeypatch.setattr("agent.toolbox.edit_fact.run", run)
    monkeypatch.setattr("agent.toolbox.edit_fact.seconds", lambda *arguments: 30.0)
    return edited


def _session(folder: Path, subject: LoadedSubject | None = None, progress: Any = silent) -> Session:
    return Session(scripted_conversation(folder, ScriptedPlanner(PLANS), subject), progress)


def test_a_request_in_words_is_answered_with_cards(tmp_path: Path) -> None:
    with _session(tmp_path) as session:
        answer = session.ask("go")
        assert answer.error is None
        assert answer.plan is not None
        assert answer.plan.intent == "run_benchmark"
        assert isinstance(answer.card, CapabilityCard)
        assert session.cards == [answer.card]


def test_cards_are_listed_oldest_first(tmp_path: Path) -> None:
    with _session(tmp_path) as session:
        first, second = session.benchmark("arithmetic", n=2), session.benchmark("refusal", n=2)
        assert session.cards == [first, second]


def test_a_benchmark_is_its_card(tmp_path: Path) -> None:
    with _session(tmp_path) as session:
        card = session.benchmark("arithmetic", n=3, subtypes=["addition"], difficulty="easy")
    assert card.n_prompts == 3
    assert {(case.subtype, case.difficulty) for case in card.dimensions[0].cases} == {("addition", "easy")}


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda session: session.benchmark("astrology"), "astrology"),
        (lambda session: session.benchmark("arithmetic", n=0), "prompt"),
        (lambda session: session.benchmark(n=5), "No capability is named"),
        (lambda session: session.benchmark("arithmetic", difficulty="absurd"), "difficulty"),
        (lambda session: session.do("fly"), "no tool 'fly'"),
        (lambda session: session.do("explain"), "topic"),
        (lambda session: session.do("explain", topic="MUI", more=1), "more"),
    ],
)
def test_what_cannot_be_done_is_raised_with_the_next_step(tmp_path: Path, call: Any, told: str) -> None:
    with _session(tmp_path) as session:
        with pytest.raises(UserError, match=told) as raised:
            call(session)
        assert raised.value.next_step


def test_asking_never_raises_but_says_what_went_wrong(tmp_path: Path) -> None:
    with _session(tmp_path) as session:
        answer = session.ask("bad")
        assert answer.error is not None
        assert "astrology" in answer.error.message
        assert answer.card is None


def test_an_edit_in_words_waits_for_a_yes(tmp_path: Path, edits: list[str]) -> None:
    with _session(tmp_path) as session:
        answer = session.ask("edit")
        assert isinstance(answer.question, Asked)
        assert answer.question.about == "approval"
        assert edits == []
        assert session.ask("yes").text == "Edited."
        assert edits == ["Paris"]


def test_a_call_is_its_own_approval(tmp_path: Path, edits: list[str]) -> None:
    with _session(tmp_path) as session:
        answer = session.do("edit_fact", subject="Rome", prompt="{} is in", target="Spain")
        assert edits == ["Rome"]
        assert answer.question is None


def test_progress_goes_to_the_callback_and_what_it_raises_ends_the_work(tmp_path: Path) -> None:
    told: list[Progress] = []

    def give_up(progress: Progress) -> None:
        told.append(progress)
        if progress.done == 2:
            raise ZeroDivisionError

    subject = LoadedSubject(lambda prompt: "The answer is 42.")
    with _session(tmp_path, subject, give_up) as session:
        with pytest.raises(ZeroDivisionError):
            session.benchmark("arithmetic", n=300)
        assert told[-1].total == 300
        assert len(subject.prompts_seen) < 300


def test_a_keyboard_interrupt_keeps_what_was_scored_and_is_raised(tmp_path: Path) -> None:
    def answer(prompt: str) -> str:
        time.sleep(0.02)
        return "The answer is 42."

    subject = LoadedSubject(answer)

    def interrupt() -> None:
        while len(subject.prompts_seen) < 3:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    with _session(tmp_path, subject) as session:
        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            session.benchmark("arithmetic", n=200)
        (card,) = session.cards
        assert isinstance(card, CapabilityCard)
        assert card.partial
        assert session.benchmark("arithmetic", n=2).n_prompts == 2


def test_answers_show_themselves_in_notebooks_with_nothing_read_as_markup(tmp_path: Path) -> None:
    with _session(tmp_path) as session:
        shown = session.ask("go")
        assert shown._repr_html_().count("<iframe sandbox srcdoc=") == 1
        told = session.ask("<script>alert(1)</script>")  # unknown to the planner: a question
        assert "<pre" in told._repr_html_()
        assert told._repr_markdown_() == "    What?"


def test_a_wrong_setting_and_a_session_that_is_not_there_are_clear(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="setting step"):
        open_session(step="last", store_folder=tmp_path)  # type: ignore[arg-type]
    with pytest.raises(UserError, match="no session"):
        open_session(resume="s-nothere", store_folder=tmp_path)


def test_a_session_goes_on_by_its_id(tmp_path: Path) -> None:
    with _session(tmp_path) as session:
        session.benchmark("arithmetic", n=2)
    with open_session(resume=session.id, store_folder=tmp_path) as again:
        assert len(again.cards) == 1


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, agent\n"
        "assert len([name for name in sys.modules if name.startswith('agent')]) == 1\n"
        "from agent import Answer, Session, UserError, open_session\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def _run_example() -> doctest.TestResults:
    return doctest.testmod(agent, globs={}, optionflags=doctest.ELLIPSIS, verbose=False)


def test_the_example_in_the_docstring_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCHWRIGHT_DATA", str(tmp_path))
    subject = LoadedSubject()
    subject.probabilities = defaultdict(lambda: (0.9,))
    monkeypatch.setattr("agent.workbench.Workbench.load", lambda *arguments: subject)
    planner = ScriptedPlanner({"how is partial credit computed?": [step("explain", topic="partial_credit")]})
    monkeypatch.setattr("agent.conversation.planner_of", lambda *arguments: planner)
    assert _run_example() == doctest.TestResults(failed=0, attempted=4)


@pytest.mark.embedded
def test_the_example_in_the_docstring_runs_on_the_embedded_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCHWRIGHT_DATA", str(tmp_path))
    assert _run_example().failed == 0
