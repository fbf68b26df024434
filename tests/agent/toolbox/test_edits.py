"""Weight edits from request to card on a real tiny model; what is computed and measured is scripted.

Commit, rollback, files and hashes are the real ones: whatever happens, the weights are proven.
"""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from agent.conversation import Conversation
from agent.events import Asked, Benchmarked, CardReady, Event, Failed, Said
from agent.planner.plan import Step
from agent.settings import Settings
from sessions.card import EditBenchmarksCard, EditCard
from sessions.export import export_card
from sessions.store import Store
from tests.agent.scripted import ScriptedPlanner, step
from tests.conftest import make_language_model
from tools.editing.benchmark_result import BenchmarkResult, ProbeRow
from tools.editing.edit import Edit
from tools.editing.place import find_place
from tools.editing.request import EditRequest
from tools.editing.validation import Check, Validation
from tools.errors import Stopped, StoreError

BASE = make_language_model().weights_hash
TEXTS = [f"the quick brown fox number {n} jumps over the lazy dog" for n in range(40)]
BERLIN = step("edit_fact", subject="The Eiffel Tower", prompt="{} is located in", target="Berlin")
OSLO = step("edit_fact", subject="Big Ben", prompt="{} stands in", target="Oslo")
UNDO, UNDO_ALL = step("rollback_edit"), step("rollback_edit", all=True)


def computed(model: Any, request: EditRequest, settings: object, *, report: object) -> Edit:
    """A small edit of layer 1 that the target's letters decide."""
    place = find_place(model, 1)
    rows, columns = place.matrix().shape
    generator = torch.Generator().manual_seed(sum(map(ord, request.target)))
    return Edit(
        requests=(request,),
        layer=1,
        module=place.name,
        left=torch.randn(rows, 1, generator=generator) / 10,
        right=torch.randn(1, columns, generator=generator) / 10,
        base_hash=model.weights_hash,
        edited_hash=None,
        norm_ratio=0.25,
        details={"steps": [7], "settings": {"v_lr": 0.5}},
    )


def _check(name: str, value: float, threshold: float, passed: bool, explanation: str = "As asked.") -> Check:
    return Check(check=name, value=value, threshold=threshold, passed=passed, explanation=explanation)


PASSED = Validation(
    checks=(_check("holds over paraphrases", 0.8, 0.5, True), _check("behaviour stable", 0.01, 0.1, True)),
    signs=(_check("size of the update", 0.25, 0.5, True),),
)
FAILED = Validation(
    checks=(
        _check("holds over paraphrases", 0.2, 0.5, False, "0.20 of 0.50: failed by 0.300."),
        _check("behaviour stable", 0.01, 0.1, True),
    ),
    signs=(_check("size of the update", 0.9, 0.5, False, "‖ΔW‖ / ‖W‖ is 0.900."),),
)


@pytest.fixture
def open_chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Conversation]]:
    """Opens conversations on one store, each with a model of its own, as processes would."""
    monkeypatch.setattr("tools.editing.rome.compute_edit", computed)
    monkeypatch.setattr("tools.editing.validation.validate", lambda *arguments, **named: PASSED)
    monkeypatch.setattr("agent.edit_corpus.kept_corpus", lambda weights_hash, seed: TEXTS)
    for module in ("edit_fact", "load_edit", "run_edit_benchmarks"):
        monkeypatch.setattr(f"agent.toolbox.{module}.seconds", lambda *arguments: 3.0)
    opened: list[Conversation] = []

    def open_one(session: str | None = None, kind: str = "llama", **settings: Any) -> Conversation:
        conversation = Conversation(
            Settings(store_folder=tmp_path / "store", **{"yes": True, **settings}),
            session,
            planner=ScriptedPlanner(),
        )
        conversation.bench.load = lambda name, report=None: make_language_model(  # type: ignore[method-assign,assignment,misc]
            name if name in ("gpt2", "qwen2") else kind
        )
        opened.append(conversation)
        return conversation

    yield open_one
    for conversation in opened:
        conversation.close()


@pytest.fixture
def chat(open_chat: Callable[..., Conversation]) -> Conversation:
    return open_chat()


def do(conversation: Conversation, *wishes: Step) -> list[Event]:
    return [event for wish in wishes for event in conversation.send(wish)]


def cards(events: list[Event]) -> list[Any]:
    return [event.card for event in events if isinstance(event, CardReady)]


def said(events: list[Event]) -> str:
    return "\n".join(event.text for event in events if isinstance(event, Said))


def failure(events: list[Event]) -> Failed:
    last = events[-1]
    assert isinstance(last, Failed)
    assert last.next_step
    return last


def weights(conversation: Conversation) -> str:
    return conversation.bench.model().weights_hash


def test_an_edit_that_passes_is_on_the_model_in_the_ledger_and_on_a_card(chat: Conversation) -> None:
    (card,) = cards(do(chat, BERLIN))
    assert isinstance(card, EditCard)
    assert (card.subject, card.prompt, card.target, card.layer) == (
        "The Eiffel Tower",
        "{} is located in",
        "Berlin",
        1,
    )
    assert card.committed
    assert [(row.check, row.value, row.threshold, row.passed) for row in card.validation] == [
        ("holds over paraphrases", 0.8, 0.5, True),
        ("behaviour stable", 0.01, 0.1, True),
    ]
    assert (card.base_hash, card.edited_hash) == (BASE, weights(chat))
    assert card.base_hash != card.edited_hash
    assert card.p_before is not None and card.p_after is not None and card.p_before != card.p_after
    assert card.context.edits == ("The Eiffel Tower is located in → Berlin",)
    assert card.context.weights_hash == card.edited_hash
    assert card.paraphrases_from.startswith("relation templates")
    assert chat.store.card(card.id) == card
    (entry,) = chat.store.active_edits(chat.session_id)
    assert (entry.card, entry.edited_hash, entry.norm_ratio) == (card.id, card.edited_hash, 0.25)
    assert Path(entry.file).is_file()
    last = chat.bench.view().last_edit
    assert last is not None
    assert (last.subject, last.prompt, last.target) == (card.subject, card.prompt, card.target)


def test_a_subject_that_is_written_out_in_the_prompt_is_found_there(chat: Conversation) -> None:
    wish = step("edit_fact", subject="Big Ben", prompt="I think Big Ben is in", target="Oslo")
    (card,) = cards(do(chat, wish))
    assert card.prompt == "I think {} is in"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"subject": "Big Ben", "prompt": "The Eiffel Tower is in", "target": "Oslo"}, "not in the prompt"),
        ({"subject": "Big Ben", "prompt": "{} is in", "target": " "}, "target is empty"),
        ({"subject": " ", "prompt": "{} is in", "target": "Oslo"}, "subject is empty"),
        ({"subject": "Big\nBen", "prompt": "{} is in", "target": "Oslo"}, "line breaks"),
    ],
)
def test_what_cannot_be_edited_is_one_sentence_and_edits_nothing(
    chat: Conversation, arguments: dict[str, str], message: str
) -> None:
    assert message in failure(do(chat, step("edit_fact", **arguments))).message
    assert weights(chat) == BASE


@pytest.mark.parametrize(("answer", "edited"), [("yes", True), ("no", False)])
def test_weights_change_only_after_a_yes(
    open_chat: Callable[..., Conversation], answer: str, edited: bool
) -> None:
    chat = open_chat(yes=False)
    asked = do(chat, BERLIN)[-1]
    assert isinstance(asked, Asked)
    assert "'The Eiffel Tower is located in' goes on with 'Berlin'" in asked.question
    assert "3 s" in asked.question
    assert weights(chat) == BASE
    list(chat.send(answer))
    assert (weights(chat) != BASE) is edited


def test_a_failing_edit_is_rolled_back_at_once_and_says_which_check_failed_by_how_much(
    chat: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.editing.validation.validate", lambda *arguments, **named: FAILED)
    events = do(chat, BERLIN)
    (card,) = cards(events)
    assert not card.committed
    assert weights(chat) == BASE == card.context.weights_hash
    assert card.edited_hash != BASE
    assert "holds over paraphrases: 0.20 of 0.50: failed by 0.300." in said(events)
    assert (card.file, card.edit, card.context.edits) == (None, None, ())
    assert [sign.passed for sign in card.disabling_signs] == [False]
    assert chat.store.edits(chat.session_id) == []
    assert chat.bench.view().last_edit is None
    told = failure(do(chat, step("run_edit_benchmarks"))).message
    assert "not on the model" in told and "failed by 0.300" in told


def test_the_thresholds_of_the_validation_are_settings(
    open_chat: Callable[..., Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def validate(*arguments: object, **named: Any) -> Validation:
        asked.append(named)
        return PASSED

    monkeypatch.setattr("tools.editing.validation.validate", validate)
    do(open_chat(edit_probability=0.3, edit_kl=0.2, edit_cka=0.9), BERLIN, OSLO)
    thresholds = asked[0]["thresholds"]
    assert (thresholds.paraphrase_probability, thresholds.unrelated_kl, thresholds.cka) == (0.3, 0.2, 0.9)
    assert asked[0]["paraphrases"] and asked[0]["unrelated"] and asked[0]["neutral"]
    assert [one["earlier_norm_ratios"] for one in asked] == [[], [0.25]]


@pytest.mark.parametrize("error", [Stopped(), ZeroDivisionError("a bug"), KeyboardInterrupt()])
def test_whatever_is_raised_leaves_the_weights_as_they_were(
    chat: Conversation, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        assert weights_of(arguments[0]) != BASE
        raise error

    monkeypatch.setattr("tools.editing.validation.validate", broken)
    if isinstance(error, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            do(chat, BERLIN)
    else:
        events = do(chat, BERLIN)
        assert cards(events) == []
        assert ("Nothing was edited" in said(events)) is isinstance(error, Stopped)
    assert weights(chat) == BASE
    assert chat.store.edits(chat.session_id) == []


def weights_of(model: Any) -> str:
    hashed: str = model.weights_hash
    return hashed


def test_an_edit_that_cannot_be_stored_is_not_on_the_model(
    chat: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise StoreError("There is no space left.", "Free some.")

    monkeypatch.setattr(Store, "commit_edit", full)
    assert "no space" in failure(do(chat, BERLIN)).message
    assert weights(chat) == BASE
    assert list(chat.bench.edits.folder.iterdir()) == []


def test_edits_are_rolled_back_from_the_last_one_or_all_at_once(chat: Conversation) -> None:
    first, second = cards(do(chat, BERLIN, OSLO))
    assert second.base_hash == first.edited_hash
    assert len(second.context.edits) == 2
    told = said(do(chat, UNDO))
    assert "Rolled back: Big Ben stands in → Oslo." in told
    assert "1 earlier edit is still active" in told
    assert weights(chat) == first.edited_hash
    do(chat, OSLO)
    told = said(do(chat, UNDO_ALL))
    assert told.index("Big Ben") < told.index("Eiffel")
    assert f"{BASE[:12]}, as before, bit for bit" in told
    assert weights(chat) == BASE
    assert [entry.status for entry in chat.store.edits(chat.session_id)] == ["rolled back"] * 3
    assert "no edit to roll back" in failure(do(chat, UNDO)).message


def test_a_session_that_goes_on_elsewhere_has_its_edits_again_and_says_so(
    open_chat: Callable[..., Conversation],
) -> None:
    chat = open_chat()
    _, second = cards(do(chat, BERLIN, OSLO))
    again = open_chat(chat.session_id)
    assert len(again.bench.edits.entries) == 2  # known before the model is loaded
    told = said(do(again, step("show_context")))
    assert told.count("Applied again") == 2
    assert "edits: The Eiffel Tower is located in → Berlin; Big Ben stands in → Oslo" in told
    assert weights(again) == second.edited_hash
    assert "Rolled back" in said(do(again, UNDO_ALL))
    assert weights(again) == BASE
    assert weights(chat) == BASE  # the other process sees it at its next use
    assert chat.bench.context().edits == ()


def test_an_edit_made_elsewhere_in_the_same_session_is_seen_here(
    open_chat: Callable[..., Conversation],
) -> None:
    chat = open_chat()
    do(chat, BERLIN)
    other = open_chat(chat.session_id)
    (card,) = cards(do(other, OSLO))
    assert weights(chat) == card.edited_hash


def test_edits_that_do_not_fit_the_resumed_model_end_and_their_files_stay(
    open_chat: Callable[..., Conversation],
) -> None:
    chat = open_chat()
    do(chat, BERLIN, OSLO)
    again = open_chat(chat.session_id, kind="qwen2")
    told = said(do(again, step("show_context")))
    assert "2 edits of this session could not be applied again" in told
    assert "made on other weights" in told
    entries = chat.store.edits(chat.session_id)
    assert [entry.status for entry in entries] == ["ended", "ended"]
    assert all(Path(entry.file).exists() and f"/edit {entry.file}" in told for entry in entries)
    assert again.bench.context().edits == ()
    assert "no edit to roll back" in failure(do(again, UNDO)).message


def test_a_damaged_file_is_told_and_edits_that_lie_below_it_stay(
    open_chat: Callable[..., Conversation],
) -> None:
    chat = open_chat()
    first, second = cards(do(chat, BERLIN, OSLO))
    Path(second.file).write_bytes(b"nonsense")
    again = open_chat(chat.session_id)
    told = said(do(again, step("show_context")))
    assert "Applied again" in told and "1 edit of this session could not be applied again: Big Ben" in told
    assert weights(again) == first.edited_hash


def test_two_chats_on_one_store_do_not_mix_their_edits(open_chat: Callable[..., Conversation]) -> None:
    one, other = open_chat(), open_chat()
    do(one, BERLIN)
    assert weights(other) == BASE
    assert other.bench.view().last_edit is None
    (card,) = cards(do(other, OSLO))
    assert card.base_hash == BASE
    assert len(one.store.active_edits(one.session_id)) == 1


def test_loading_another_model_ends_the_edits_and_says_so(chat: Conversation) -> None:
    do(chat, BERLIN)
    told = said(do(chat, step("load_model", model="gpt2")))
    assert "1 edit ended with the model before: The Eiffel Tower is located in → Berlin" in told
    assert "Loaded tiny-gpt2" in told
    assert chat.bench.context().edits == ()
    (entry,) = chat.store.edits(chat.session_id)
    assert (entry.status, entry.reason) == ("ended", "tiny-gpt2 was loaded")


def test_a_step_that_was_committed_already_is_not_done_twice(chat: Conversation) -> None:
    from agent.toolbox import edit_fact

    (card,) = cards(do(chat, BERLIN))
    arguments = edit_fact.EditFact(subject="The Eiffel Tower", prompt="{} is located in", target="Berlin")
    events = list(edit_fact.run(arguments, chat.bench, lambda progress: None))
    assert cards(events) == [card]
    assert weights(chat) == card.edited_hash


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_process_that_is_killed_within_an_edit_leaves_nothing_half_done(
    open_chat: Callable[..., Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_chat().session_id
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(
            "tools.editing.validation.validate",
            lambda *arguments, **named: os.kill(os.getpid(), signal.SIGKILL),
        )
        torch.set_num_threads(1)
        do(open_chat(session), BERLIN)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    again = open_chat(session)
    assert again.was_interrupted
    assert weights(again) == BASE
    assert again.store.edits(session) == []
    (card,) = cards(list(again.go_on()))
    assert card.committed
    assert len(again.store.edits(session)) == 1


def test_an_edit_is_exported_and_applied_again_to_the_same_base_only(
    open_chat: Callable[..., Conversation], tmp_path: Path
) -> None:
    (card,) = cards(do(open_chat(), BERLIN))
    file = export_card(card, "safetensors", tmp_path / "berlin.safetensors")
    events = do(open_chat(), step("load_edit", path=str(file)))
    (again,) = cards(events)
    assert again.committed
    assert (again.edited_hash, again.target, again.imported_from) == (card.edited_hash, "Berlin", str(file))
    other = open_chat(kind="qwen2")
    told = failure(do(other, step("load_edit", path=str(file)))).message
    assert "made on other weights" in told and "tiny-qwen2" in told
    assert "is no edit file" in failure(do(other, step("load_edit", path=__file__))).message
    assert "cannot be read" in failure(do(other, step("load_edit", path="nowhere.safetensors"))).message


def test_applying_an_edit_that_is_on_the_model_already_changes_nothing(chat: Conversation) -> None:
    (card,) = cards(do(chat, BERLIN))
    assert "on the model already" in said(do(chat, step("load_edit", path=card.file)))
    assert weights(chat) == card.edited_hash


def test_the_edit_that_an_option_names_is_applied_before_the_first_request_without_a_question(
    open_chat: Callable[..., Conversation],
) -> None:
    (card,) = cards(do(open_chat(), BERLIN))
    chat = open_chat(edit=Path(card.file), yes=False)
    events = do(chat, step("show_context"))
    assert [type(event) for event in events if not hasattr(event, "progress")] == [CardReady, Said]
    assert weights(chat) == card.edited_hash
    assert len(cards(do(chat, step("show_context")))) == 0
    broken = open_chat(edit=Path("nowhere.safetensors"))
    assert "cannot be read" in failure(do(broken, step("show_context"))).message


def test_a_request_is_not_answered_where_the_edit_that_an_option_names_does_not_pass(
    open_chat: Callable[..., Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    (card,) = cards(do(open_chat(), BERLIN))
    monkeypatch.setattr("tools.editing.validation.validate", lambda *arguments, **named: FAILED)
    events = do(open_chat(edit=Path(card.file)), step("show_context"))
    assert any("nothing was asked of it" in event.message for event in events if isinstance(event, Failed))
    assert "model_inspection" not in said(events)


def test_an_edit_that_was_rolled_back_has_no_weights_to_export(
    chat: Conversation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tools.editing.validation.validate", lambda *arguments, **named: FAILED)
    (card,) = cards(do(chat, BERLIN))
    with pytest.raises(StoreError, match="rolled back"):
        export_card(card, "safetensors", tmp_path / "none.safetensors")


RESULTS = (
    BenchmarkResult(
        name="EditBench",
        score=0.7,
        before=0.01,
        interval=(0.6, 0.8),
        n=1,
        threshold=0.5,
        passed=True,
        explanation="Mean p(new).",
        probes=(
            ProbeRow(
                axis="direct", prompt="It is in", target="Berlin", p_before=0.01, p_after=0.7, credit=0.7
            ),
        ),
    ),
    BenchmarkResult(
        name="zsRE",
        score=None,
        before=None,
        interval=None,
        n=0,
        threshold=0.4,
        passed=None,
        explanation="Unscored: there are no probes.",
        details={"odd": float("nan")},
    ),
)


@pytest.fixture
def scripted_benchmarks(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the benchmarks were asked with."""
    asked: list[dict[str, Any]] = []

    def results(model: Any, edit: Edit, source: object, **named: Any) -> Iterator[BenchmarkResult]:
        asked.append({"hash": model.weights_hash, "edit": edit, **named})
        yield from RESULTS

    monkeypatch.setattr("tools.run_edit_benchmarks.run_edit_benchmarks", results)
    return asked


def test_the_results_come_one_by_one_and_then_the_card(
    chat: Conversation, scripted_benchmarks: list[dict[str, Any]]
) -> None:
    (edit,) = cards(do(chat, BERLIN))
    events = do(chat, step("run_edit_benchmarks", benchmarks=["EditBench"]))
    shown = [event for event in events if isinstance(event, (Benchmarked, CardReady))]
    assert [type(event) for event in shown] == [Benchmarked, Benchmarked, CardReady]
    (card,) = cards(events)
    assert isinstance(card, EditBenchmarksCard)
    assert (card.edit.card, card.edit.edited_hash) == (edit.id, edit.edited_hash)
    assert card.weights_after == card.context.weights_hash == edit.edited_hash
    assert [(result.name, result.score) for result in card.results] == [("EditBench", 0.7), ("zsRE", None)]
    assert card.results[1].details == {"odd": "nan"}
    assert card.reading
    assert not card.partial
    assert chat.store.card(card.id) == card
    (asked,) = scripted_benchmarks
    assert asked["names"] == ["EditBench"]
    assert asked["hash"] == asked["edit"].edited_hash == edit.edited_hash


def test_each_run_asks_with_fresh_probes(
    chat: Conversation, scripted_benchmarks: list[dict[str, Any]]
) -> None:
    do(chat, BERLIN, step("run_edit_benchmarks"), step("run_edit_benchmarks"))
    first, second = (asked["seed"] for asked in scripted_benchmarks)
    assert first != second


def test_stopped_benchmarks_give_a_card_of_those_that_had_their_turn(
    chat: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*arguments: object, **named: object) -> Iterator[BenchmarkResult]:
        yield RESULTS[0]
        raise Stopped

    monkeypatch.setattr("tools.run_edit_benchmarks.run_edit_benchmarks", stopped)
    do(chat, BERLIN)
    before = weights(chat)
    events = do(chat, step("run_edit_benchmarks"))
    (card,) = cards(events)
    assert card.partial
    assert len(card.results) == 1
    assert "Stopped" in said(events)
    assert weights(chat) == before


def test_weights_that_benchmarks_did_not_put_back_are_a_bug_and_no_card(
    chat: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(model: Any, *arguments: object, **named: object) -> Iterator[BenchmarkResult]:
        with torch.no_grad():
            find_place(model, 0).weight.add_(1.0)
        yield RESULTS[0]

    monkeypatch.setattr("tools.run_edit_benchmarks.run_edit_benchmarks", careless)
    do(chat, BERLIN)
    events = do(chat, step("run_edit_benchmarks"))
    assert cards(events) == []
    assert "inside Benchwright" in failure(events).message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "no edit on the model"),
        ({"path": "edits.json"}, "edits.json"),
    ],
)
def test_without_an_edit_it_says_what_to_do(
    chat: Conversation, arguments: dict[str, Any], message: str
) -> None:
    assert message in failure(do(chat, step("run_edit_benchmarks", **arguments))).message


def test_a_benchmark_that_there_is_not_is_told(chat: Conversation) -> None:
    do(chat, BERLIN)
    assert (
        "no edit benchmark 'Beauty'"
        in failure(do(chat, step("run_edit_benchmarks", benchmarks=["Beauty"]))).message
    )


def test_edits_and_their_benchmarks_are_listed_among_the_cards(
    chat: Conversation, scripted_benchmarks: list[dict[str, Any]]
) -> None:
    listed = said(do(chat, BERLIN, step("run_edit_benchmarks"), step("list_cards")))
    assert "committed  The Eiffel Tower is located in → Berlin" in listed
    assert "1 of 1 passed  benchmarks of The Eiffel Tower" in listed


def test_compare_alone_holds_the_edited_model_against_the_unedited_one_on_the_same_suite(
    chat: Conversation,
) -> None:
    do(chat, BERLIN)
    edited = chat.bench.model().weights_hash
    do(chat, step("run_benchmark", dimensions=[{"capability": "factual_recall", "n_prompts": 3}]))
    before, comparison = cards(do(chat, step("compare")))
    assert before.context.weights_hash == BASE
    assert before.context.edits == ()
    assert [each.context.weights_hash for each in comparison.compared] == [BASE, edited]
    assert comparison.dimensions[0].against_first[0].n == 3
    assert chat.bench.model().weights_hash == edited
    assert chat.bench.context().edits != ()
