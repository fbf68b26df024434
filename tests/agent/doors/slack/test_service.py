"""How the bot begins, and how it is told that it cannot."""

import pathlib
from typing import Any

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from agent.cli import app
from agent.doors.doctor import examine
from agent.doors.slack.service import LOCK, run_slack
from agent.settings import Settings, SlackSettings

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-secret-1", "SLACK_APP_TOKEN": "xapp-secret-2"}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)


def _run(folder: pathlib.Path, capsys: pytest.CaptureFixture[str], **slack: Any) -> str:
    """What is told on standard error, in one sentence with the next step."""
    assert run_slack(Settings(store_folder=folder), SlackSettings(**slack)) == 1
    told = capsys.readouterr().err
    assert "secret" not in told
    assert told.count("\n") == 1
    return told


def test_missing_tokens_are_named(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set" in _run(tmp_path, capsys)
    told = _run(tmp_path, capsys, mode="http", SLACK_BOT_TOKEN="xoxb-secret-1", SLACK_APP_TOKEN=" ")
    assert "SLACK_SIGNING_SECRET is not set" in told


def test_no_network_is_told(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = _run(tmp_path, capsys, api_url="http://127.0.0.1:9/api/", **TOKENS)
    assert "Slack cannot be reached at http://127.0.0.1:9/api/" in told


def test_a_second_bot_on_the_same_store_does_not_begin(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with FileLock(tmp_path / LOCK):
        assert "Another `benchwright slack`" in _run(tmp_path, capsys, **TOKENS)


def test_an_oauth_app_in_the_environment_is_told(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "2")
    assert "Unset them" in _run(tmp_path, capsys, **TOKENS)


def test_tokens_are_not_shown_by_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)
    assert "secret-" not in repr(SlackSettings()) + str(SlackSettings())


@pytest.mark.parametrize("given", ["U1,U2", " U1 , U2, ", '["U1", "U2"]'])
def test_lists_are_read_with_commas_or_as_json(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCHWRIGHT_SLACK_ADMINS", given)
    assert SlackSettings().admins == {"U1", "U2"}


def test_a_wrong_setting_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCHWRIGHT_SLACK_PORT", "many")
    result = CliRunner().invoke(app, ["slack"])
    assert result.exit_code == 2
    assert "port" in result.output


def test_doctor_says_whether_slack_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    def slack() -> Any:
        return next(finding for finding in examine(Settings()) if finding.what == "Slack")

    assert not slack().found and not slack().needed
    assert "SLACK_BOT_TOKEN" in slack().remedy
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)
    assert slack().found
    assert "secret" not in slack().detail
