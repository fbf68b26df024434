"""A model behind a server is benchmarked and compared like one that is loaded; what needs weights says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import open_session
from agent.doors.script import Session
from sessions.card import ComparisonCard
from tests.completions_server import CompletionsServer, served
from tests.conftest import make_model, make_tokenizer
from tools.errors import UserError
from tools.models.language_model import LanguageModel

KEY = "remote-key-4711"


@pytest.fixture
def server(tiny: LanguageModel) -> Iterator[CompletionsServer]:
    running = CompletionsServer(tiny)
    running.key = KEY
    with served(running):
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """The same weights as the server's, on disk."""
    make_model("llama").save_pretrained(tmp_path / "model")
    make_tokenizer().save_pretrained(tmp_path / "model")
    return str(tmp_path / "model")


@pytest.fixture
def session(server: CompletionsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("BENCHWRIGHT_SUBJECT_API_KEY", KEY)
    with open_session(server.base_url, store_folder=tmp_path / "store") as opened:
        yield opened


def test_the_card_is_that_of_the_same_weights_here(session: Session, folder: str, tmp_path: Path) -> None:
    remote = session.benchmark("factual_recall", n=6)
    with open_session(folder, store_folder=tmp_path / "other") as here:
        local = here.benchmark("factual_recall", n=6)
    assert remote.dimensions[0].suite.hash == local.dimensions[0].suite.hash
    assert remote.dimensions[0].score == pytest.approx(local.dimensions[0].score, abs=1e-3)
    assert remote.context.weights_hash is None and remote.context.dtype is None
    assert remote.context.model is not None and remote.context.model.startswith("tiny at 127.0.0.1:")


def test_generated_answers_are_scored_too(session: Session) -> None:
    card = session.benchmark("instruction_following", n=4)
    assert card.dimensions[0].n == 4 and card.dimensions[0].n_unscored == 0


def test_a_loaded_model_is_compared_with_a_remote_one(
    server: CompletionsServer, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCHWRIGHT_SUBJECT_API_KEY", KEY)
    with open_session(folder, store_folder=tmp_path / "store") as here:
        here.benchmark("factual_recall", n=6)
        answer = here.do("compare", models=[server.base_url])
    [comparison] = [card for card in answer.cards if isinstance(card, ComparisonCard)]
    [paired] = comparison.dimensions[0].against_first
    assert paired.name.startswith("tiny at 127.0.0.1:")
    assert paired.n == 6 and paired.verdict == "tie"
    assert paired.difference == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(
    ("intent", "arguments"),
    [
        ("edit_fact", {"subject": "Paris", "prompt": "{} is in", "target": "Spain"}),
        ("score_feature", {"features": [3]}),
        ("run_named_benchmark", {"name": "hellaswag"}),
    ],
)
def test_what_needs_weights_says_so(session: Session, intent: str, arguments: dict[str, object]) -> None:
    with pytest.raises(UserError, match="measured over the network, and this needs its weights"):
        session.do(intent, **arguments)


def test_a_model_is_loaded_by_its_address_and_context_shows_it(
    server: CompletionsServer, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCHWRIGHT_SUBJECT_API_KEY", KEY)
    with open_session(folder, store_folder=tmp_path / "store") as session:
        loaded = session.do("load_model", model=server.base_url)
        assert "gives log-probabilities and answers chats" in loaded.text
        assert "model: tiny at 127.0.0.1:" in session.do("show_context").text
        assert session.benchmark("factual_recall", n=2).context.weights_hash is None


def test_a_server_without_log_probs_gives_unscored_cases_with_the_reason(
    session: Session, server: CompletionsServer
) -> None:
    server.echoes = False
    card = session.benchmark("factual_recall", n=3)
    assert card.dimensions[0].score is None
    assert {case.unscored_reason for case in card.dimensions[0].cases} == {
        "the server gives no log-probabilities of a prompt"
    }


def test_a_server_that_is_gone_is_told_and_the_session_lives(tmp_path: Path) -> None:
    with open_session("http://127.0.0.1:9/v1#tiny", store_folder=tmp_path) as session:
        answer = session.ask("6 factual recall prompts")
        assert answer.error is not None and "cannot be reached" in str(answer.error)
        assert session.ask("help").error is None


def test_the_key_is_nowhere_on_disk(session: Session, tmp_path: Path) -> None:
    session.benchmark("factual_recall", n=2)
    for file in (tmp_path / "store").rglob("*"):
        if file.is_file():
            assert KEY.encode() not in file.read_bytes(), file
