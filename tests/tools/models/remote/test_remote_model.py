"""A remote model gives what the same weights give here, over real HTTP; what goes wrong is told."""

import math
from collections.abc import Callable, Iterator

import pytest

from tests.completions_server import CompletionsServer, broken, rubbish, served, too_many
from tools.errors import ModelError, Stopped
from tools.models.language_model import LanguageModel
from tools.models.remote import RemoteModel, connect
from tools.progress import Progress

REQUESTS = [
    ("the capital of France is", " Paris"),
    ("the capital of France is", " the lazy dog"),
    ("the capital of France is ", "Paris"),  # the space goes to the continuation
    ("one two three", " four five six"),
    ("one two thr", "ee"),  # prompt and continuation melt into one token
    ("die Straße führt", " nach Köln 🎈"),
    ("one two three", " four five six"),
]


@pytest.fixture
def local(tiny: LanguageModel) -> LanguageModel:
    return tiny


@pytest.fixture
def server(local: LanguageModel) -> Iterator[CompletionsServer]:
    with served(CompletionsServer(local)) as running:
        yield running


@pytest.fixture
def remote(server: CompletionsServer) -> RemoteModel:
    model = connect(server.base_url)
    server.requests.clear()
    return model


def test_log_probs_are_those_of_the_same_weights_here(local: LanguageModel, remote: RemoteModel) -> None:
    expected = dict(local.log_probs(REQUESTS))
    found = dict(remote.log_probs(REQUESTS))
    assert found.keys() == expected.keys()
    for index, score in expected.items():
        assert found[index].log_probs == pytest.approx(score.log_probs, abs=1e-4)
        assert found[index].is_greedy == score.is_greedy


def test_a_prompt_that_choices_share_is_sent_once(server: CompletionsServer, remote: RemoteModel) -> None:
    dict(remote.log_probs(REQUESTS[:2]))
    sent = [body["prompt"] for _, body in server.requests]
    assert sorted(sent) == sorted(
        {REQUESTS[0][0], REQUESTS[0][0] + " Paris", REQUESTS[0][0] + " the lazy dog"}
    )


def test_greedy_text_is_that_of_the_same_weights_here(local: LanguageModel, remote: RemoteModel) -> None:
    prompts = ["the quick brown", "one two three", "the river"]
    for chat in (True, False):
        for stop in ((), ("e",)):
            expected = dict(local.generate(prompts, max_new_tokens=12, stop=stop, chat=chat))
            assert dict(remote.generate(prompts, max_new_tokens=12, stop=stop, chat=chat)) == expected


def test_several_requests_are_under_way_at_once(server: CompletionsServer, remote: RemoteModel) -> None:
    server.delay_s = 0.05
    dict(remote.generate([f"number {number}" for number in range(12)], max_new_tokens=2))
    assert server.most_at_once > 4


def test_an_empty_prompt_is_unscored_with_its_reason(remote: RemoteModel) -> None:
    [(_, score)] = remote.log_probs([("", "Paris")])
    assert math.isnan(score.total) and "empty" in (score.unscored_reason or "")


def test_a_prompt_beyond_the_context_is_unscored_and_the_others_are_scored(remote: RemoteModel) -> None:
    scores = dict(remote.log_probs([("the fox " * 200, "jumps"), ("the quick", " brown")]))
    assert "longer than the context" in (scores[0].unscored_reason or "")
    assert scores[1].unscored_reason is None
    texts = dict(remote.generate(["the fox " * 200, "the quick"], max_new_tokens=2, chat=False))
    assert texts[0].stopped_by.startswith("error: ") and texts[1].stopped_by == "length"


def test_a_server_without_prompt_log_probs_leaves_them_unscored(server: CompletionsServer) -> None:
    server.echoes = False
    remote = connect(server.base_url)
    assert not remote.has_log_probs
    n_sent = len(server.requests)
    scores = dict(remote.log_probs(REQUESTS))
    assert len(server.requests) == n_sent
    assert {score.unscored_reason for score in scores.values()} == {
        "the server gives no log-probabilities of a prompt"
    }


def test_a_server_without_chats_is_asked_for_completions(server: CompletionsServer) -> None:
    server.chats = False
    remote = connect(server.base_url)
    assert not remote.has_chat_template
    server.requests.clear()
    dict(remote.generate(["the quick"], max_new_tokens=2))
    assert [path for path, _ in server.requests] == ["/v1/completions"]


def test_rate_limits_and_server_errors_are_tried_again(
    server: CompletionsServer, remote: RemoteModel
) -> None:
    server.fails = [too_many(), broken(), too_many()]
    assert len(dict(remote.generate(["a", "b", "c"], max_new_tokens=2))) == 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (rubbish, "no completion"),
        (broken, r"error \(500\)"),
        (too_many, "no more requests"),
    ],
)
def test_a_server_that_keeps_failing_is_told(
    server: CompletionsServer,
    remote: RemoteModel,
    answer: Callable[[], object],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tools.models.remote.server.RETRIES", 1)
    server.fails = [answer() for _ in range(9)]  # type: ignore[misc]
    with pytest.raises(ModelError, match=words):
        dict(remote.generate(["a"], max_new_tokens=2))


def test_a_server_that_hangs_is_told(server: CompletionsServer) -> None:
    remote = connect(server.base_url, timeout_s=0.4)
    server.delay_s = 2.0
    remote._server.timeout_s = 0.1
    with pytest.raises(ModelError, match="no answer within"):
        dict(remote.generate(["a"], max_new_tokens=2))


def test_a_stop_ends_the_waiting_at_once(server: CompletionsServer, remote: RemoteModel) -> None:
    server.delay_s = 2.0
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 3:
            raise Stopped

    with pytest.raises(Stopped):
        dict(remote.generate(["a", "b"], max_new_tokens=2, report=report))


def test_nobody_there_is_told_at_once() -> None:
    with pytest.raises(ModelError, match="cannot be reached"):
        connect("http://127.0.0.1:9/v1#tiny")


def test_a_wrong_key_is_told_without_the_key(server: CompletionsServer) -> None:
    server.key = "right-key-1234"
    with pytest.raises(ModelError, match="refused the key") as caught:
        connect(server.base_url, key="wrong-key-5678")
    assert "5678" not in str(caught.value)
    assert connect(server.base_url, key="right-key-1234").name.startswith("tiny at 127.0.0.1:")


def test_of_several_models_one_has_to_be_named(server: CompletionsServer) -> None:
    server.names = ["tiny", "other"]
    with pytest.raises(ModelError, match="2 models: tiny, other") as caught:
        connect(server.base_url)
    assert caught.value.next_step == f"Name one: {server.base_url}#tiny."
    assert connect(f"{server.base_url}#other").name.startswith("other at")


def test_a_model_that_the_server_lacks_is_told(server: CompletionsServer) -> None:
    with pytest.raises(ModelError, match="neither completions nor chats as 'gone'"):
        connect(f"{server.base_url}#gone")


@pytest.mark.parametrize("name", ["http://", "https://:0/v1", "http://[::1", "ftp://host/v1"])
def test_what_is_no_address_is_told(name: str) -> None:
    with pytest.raises(ModelError, match="no web address"):
        connect(name)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ModelError, match="password") as caught:
        connect("http://me:hunter2@host/v1")
    assert "hunter2" not in str(caught.value)
