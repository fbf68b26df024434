"""The benchmark's own machinery; what it measures is no test."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.benchmarks import __main__ as runner
from tests.benchmarks.measure import Contest, Measured, measured
from tests.benchmarks.rows import CONTRACT
from tools.registry import load_all


def test_every_row_keeps_the_contract_and_names_its_peer_or_is_about_seconds() -> None:
    rows = load_all("tests.benchmarks.rows", CONTRACT)
    assert len(rows) >= 9
    for entry in rows.values():
        assert entry.module.TARGET > 0 and isinstance(entry.module.AGAINST, str)


def test_sides_take_turns_and_the_sample_is_scaled() -> None:
    order: list[str] = []

    def side(name: str) -> int:
        order.append(name)
        return len(order)

    found = measured(
        Contest(
            ours=lambda: side("ours"),
            theirs=lambda: side("theirs"),
            difference=lambda ours, theirs: float(abs(ours - theirs)),
            scale=1e6,
        ),
        lambda what: None,
    )
    assert order == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]
    assert found.difference == 1.0 and found.ratio is not None and found.ratio > 1e3


def test_the_ratio_is_the_median_of_the_rounds_own() -> None:
    # 10/1, 10/5 and 12/3: the median is 4, whatever the medians of the seconds are.
    found = Measured((1.0, 5.0, 3.0), (10.0, 10.0, 12.0), (1.0,), (), None, "")
    assert (found.ratio, found.ours, found.theirs, found.cpu_ratio) == (4.0, 3.0, 10.0, None)


def test_a_row_that_fails_is_told_and_the_others_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(subjects: object) -> Contest:
        raise RuntimeError("no SAE")

    def row(contest: object) -> SimpleNamespace:
        return SimpleNamespace(module=SimpleNamespace(WORK="w", AGAINST="a", TARGET=2.0, contest=contest))

    rows = {"one": row(broken), "two": row(lambda subjects: Contest(lambda: None, lambda: None))}
    monkeypatch.setattr(runner, "load_all", lambda package, contract: rows)
    assert runner.main(["--json", str(tmp_path / "bench.json")]) == 1
    found = json.loads((tmp_path / "bench.json").read_text())
    assert found["one"] == {"error": "RuntimeError: no SAE"}
    assert {"ratio", "ours_s", "theirs_s", "rounds"} <= found["two"].keys()
    assert "no SAE" in capsys.readouterr().out
