"""The endpoint over real HTTP: what servers do wrong, and what becomes of it."""

import time

import pytest
from pydantic import SecretStr

from agent.endpoint import BudgetError, Endpoint, EndpointError, Tool, endpoint_of
from agent.settings import read_settings
from tests.scripted_llm import Answer, ScriptedServer, scripted_llm
from tools.errors import Stopped, UserError

KEY = "bw-secret-key-123456"
ASK = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}]
TOOL = Tool("look", "Look.", {"type": "object", "properties": {}})


def endpoint(server: ScriptedServer, **options: float) -> Endpoint:
    return Endpoint(server.base_url, "scripted", SecretStr(KEY), **options)  # type: ignore[arg-type]


def test_text_and_parallel_tool_calls_come_out_of_a_stream_whole() -> None:
    with scripted_llm(Answer("Two things.", calls=[("look", {"at": "a"}), ("look", {"at": "b"})])) as server:
        reply = endpoint(server).ask(ASK, tools=[TOOL])
    assert reply.text == "Two things."
    assert [(call.name, call.arguments) for call in reply.calls] == [
        ("look", '{"at": "a"}'),
        ("look", '{"at": "b"}'),
    ]
    assert server.authorizations == [f"Bearer {KEY}"]
    assert server.requests[0]["tools"][0]["function"]["name"] == "look"


def test_a_rate_limit_is_waited_for_as_long_as_the_server_says() -> None:
    with scripted_llm(Answer(status=429, headers={"Retry-After": "1"}), Answer("Here.")) as server:
        started = time.monotonic()
        assert endpoint(server).ask(ASK).text == "Here."
    assert 1.0 <= time.monotonic() - started < 6.0


def test_a_rate_limit_that_would_last_too_long_is_told_at_once() -> None:
    with (
        scripted_llm(Answer(status=429, headers={"Retry-After": "600"})) as server,
        pytest.raises(EndpointError, match=r"\(429\), and asks for a pause of 600 s"),
    ):
        endpoint(server).ask(ASK)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "told", "tries"),
    [
        (Answer("boom", status=500), r"answered with an error \(500\)", 3),
        (Answer("A long answer that breaks off.", cut=True), "broke off in the middle", 3),
        (Answer("no", status=401), "refused the key", 1),
        (Answer("no such model", status=404), "has no model 'scripted'", 1),
        (Answer(raw="<html>nonsense"), "no chat completion|broke off|reported", 3),
        (Answer(endless=True), "without an end", 1),
    ],
)
def test_what_goes_on_failing_is_told_in_a_sentence(answer: Answer, told: str, tries: int) -> None:
    with scripted_llm(answer) as server, pytest.raises(EndpointError, match=told) as caught:
        endpoint(server).ask(ASK, max_tokens=50)
    assert len(server.requests) >= tries
    assert KEY not in str(caught.value)


def test_a_passing_server_error_is_survived() -> None:
    with scripted_llm(Answer(status=503), Answer("x" * 100, cut=True), Answer("Here.")) as server:
        assert endpoint(server).ask(ASK).text == "Here."


def test_silence_ends_at_the_time_limit() -> None:
    with scripted_llm(Answer("late", delay_s=20)) as server:
        started = time.monotonic()
        with pytest.raises(EndpointError, match=r"no whole answer within 0\.5 s"):
            endpoint(server, timeout_s=0.5).ask(ASK)
    assert time.monotonic() - started < 10


def test_nobody_there_is_told_with_the_address() -> None:
    with pytest.raises(EndpointError, match=r"http://127.0.0.1:9/v1 cannot be reached"):
        Endpoint("http://user:pass@127.0.0.1:9/v1", "m").ask(ASK)


def test_stopping_ends_a_wait_within_a_second() -> None:
    with scripted_llm(Answer("late", delay_s=20)) as server:
        llm = endpoint(server)
        began = time.monotonic()

        def check() -> None:
            if time.monotonic() - began > 0.2:
                raise Stopped

        llm.check = check
        with pytest.raises(Stopped):
            llm.ask(ASK)
        assert time.monotonic() - began < 10  # the client library is imported in here too


def test_a_server_without_tools_gets_them_in_the_text() -> None:
    def behaviour(body):  # type: ignore[no-untyped-def]
        return Answer("tools are not supported", status=400) if "tools" in body else Answer("{}")

    with scripted_llm(behaviour=behaviour) as server:
        llm = endpoint(server)
        llm.ask(ASK, tools=[TOOL])
        assert not llm.calls_tools
        assert '"look"' in server.requests[-1]["messages"][0]["content"]
        llm.ask(ASK, tools=[TOOL])
    assert len(server.requests) == 3  # it is not tried again


def test_a_server_without_schemas_seeds_or_streams_is_asked_without_them() -> None:
    def behaviour(body):  # type: ignore[no-untyped-def]
        for name in ("response_format", "seed", "max_tokens", "stream"):
            if body.get(name):
                return Answer(f"unknown field: {name}", status=422)
        return Answer("Here.")

    with scripted_llm(behaviour=behaviour) as server:
        assert endpoint(server).ask(ASK, schema={"type": "object"}, seed=1).text == "Here."
    assert server.requests[-1]["max_completion_tokens"] == 2_000


def test_a_server_that_answers_whole_where_a_stream_was_asked_for_is_understood() -> None:
    def behaviour(body):  # type: ignore[no-untyped-def]
        whole = '{"choices": [{"message": {"content": "Here."}, "finish_reason": "stop"}]}'
        return Answer(raw=whole)

    with scripted_llm(behaviour=behaviour) as server:
        assert endpoint(server).ask(ASK).text == "Here."


def test_the_budget_of_tokens_and_of_time_ends_a_request() -> None:
    with scripted_llm(Answer("word " * 100)) as server:
        llm = endpoint(server, most_tokens=200)
        llm.ask(ASK)
        with pytest.raises(BudgetError, match=r"budget of the LLM scripted: \d+ tokens"):
            for _ in range(5):
                llm.ask(ASK)
        llm.begin()
        llm.ask(ASK)
        llm.most_seconds = 0.0
        with pytest.raises(BudgetError, match="seconds"):
            llm.ask(ASK)


def test_a_key_that_the_server_repeats_is_masked() -> None:
    with scripted_llm(Answer(f"Your key is {KEY}.", calls=[("look", {"key": KEY})])) as server:
        assert KEY not in repr(endpoint(server).ask(ASK))
    with (
        scripted_llm(Answer(f"bad request with {KEY}", status=400)) as server,
        pytest.raises(EndpointError) as caught,
    ):
        endpoint(server).ask(ASK)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("key", ["line\nbreak", "schlüssel", "two words"])
def test_a_key_that_is_none_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(UserError) as caught:
        Endpoint("http://localhost/v1", "m", SecretStr(key))
    assert key not in str(caught.value)


def test_without_a_model_nothing_is_configured_whatever_keys_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    settings = read_settings()
    assert settings.llm_api_key is not None
    assert KEY not in repr(settings)
    assert endpoint_of(settings) is None
    assert endpoint_of(read_settings(llm_model="m")) is not None
    with pytest.raises(UserError, match="no model"):
        endpoint_of(read_settings(llm_base_url="http://localhost:1/v1"))


def test_half_an_endpoint_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "BENCHWRIGHT_LLM_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserError, match="no key"):
        endpoint_of(read_settings(llm_model="m"))
    with pytest.raises(UserError, match="no web address"):
        endpoint_of(read_settings(llm_model="m", llm_base_url="file:///etc"))
