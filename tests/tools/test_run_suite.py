"""Running a suite: one credit a case, resumed runs, and what the summary claims."""

from types import SimpleNamespace

import pytest
from pydantic import BaseModel, ConfigDict

from tests.scripted_subject import ScriptedSubject
from tools import run_suite
from tools.cases import Case
from tools.errors import UserError
from tools.progress import silent
from tools.results import Credit, Score
from tools.run_suite import method_settings, run_cases, summarise


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True)
    threshold: float = 0.5


def case(number: int, subtype: str = "a", difficulty: str = "easy", chance: float | None = None) -> Case:
    return Case(id=f"c{number}", prompt=f"p{number}", subtype=subtype, difficulty=difficulty, chance=chance)


def right(case_id: str) -> Credit:
    return Credit(case_id=case_id, value=1.0)


def wrong(case_id: str) -> Credit:
    return Credit(case_id=case_id, value=0.0)


@pytest.fixture
def method(monkeypatch):
    """A scoring method whose credits the test chooses."""
    module = SimpleNamespace(
        __name__="fake",
        GENERATES=True,
        Settings=Settings,
        score=lambda s, cases, *_: (right(c.id) for c in cases),
    )
    monkeypatch.setattr(run_suite, "load", lambda package, name, contract: SimpleNamespace(module=module))
    return module


def run(cases, settings=None, done=()):
    return list(run_cases(ScriptedSubject(), cases, "fake", settings, silent, done))


def test_every_case_gets_one_credit(method):
    assert [credit.case_id for credit in run([case(1), case(2)])] == ["c1", "c2"]


def test_a_case_that_the_method_passed_over_is_unscored_with_a_reason(method):
    method.score = lambda *_: iter([right("c2")])
    credits = {credit.case_id: credit for credit in run([case(1), case(2)])}
    assert credits["c1"].value is None
    assert "no credit" in credits["c1"].unscored_reason


@pytest.mark.parametrize("ids", [["c1", "c1"], ["c9"]])
def test_a_second_or_foreign_credit_is_a_bug_that_is_told(method, ids):
    method.score = lambda *_: (right(i) for i in ids)
    with pytest.raises(RuntimeError, match="foreign"):
        run([case(1), case(2)])


def test_a_resumed_run_scores_only_what_is_missing(method):
    assert [credit.case_id for credit in run([case(1), case(2)], done=[wrong("c1")])] == ["c2"]
    assert run([case(1)], done=[wrong("c1")]) == []


@pytest.mark.parametrize("done", [[right("c9")], [right("c1"), right("c1")]])
def test_credits_of_another_run_are_refused_before_anything_runs(method, done):
    with pytest.raises(ValueError):
        run_cases(ScriptedSubject(), [case(1)], "fake", None, silent, done)


def test_unknown_methods_and_settings_are_told_to_the_user_before_anything_runs():
    with pytest.raises(UserError, match="vibes"):
        run_cases(ScriptedSubject(), [], "vibes", None, silent)
    with pytest.raises(UserError, match="speed"):
        run_cases(ScriptedSubject(), [], "binary", {"speed": 1}, silent)
    with pytest.raises(UserError, match="refusal_threshold"):
        run_cases(ScriptedSubject(), [], "binary", {"refusal_threshold": 7}, silent)


def test_settings_are_completed_with_defaults(method):
    assert method_settings("fake") == Settings()
    assert method_settings("fake", {"threshold": 0.7}) == Settings(threshold=0.7)
    assert method_settings("fake", Settings(threshold=0.1)) == Settings(threshold=0.1)


def test_a_summary_takes_the_score_apart(method):
    cases = [case(1, "a", "hard"), case(2, "b", "easy"), case(3, "a", "easy"), case(4, "b", "hard")]
    credits = [right("c1"), wrong("c2"), right("c3"), Credit(case_id="c4", unscored_reason="empty output")]
    scores = summarise(cases, credits, "fake")
    assert scores.score.value == pytest.approx(2 / 3)
    assert scores.score.n == 3
    assert [(name, score.value, score.n) for name, score in scores.subtypes] == [("a", 1.0, 2), ("b", 0.0, 1)]
    assert [(name, score.value) for name, score in scores.difficulties] == [("easy", 0.5), ("hard", 1.0)]
    assert scores.n_unscored == 1
    assert scores.unscored_reasons == {"empty output": 1}
    assert not scores.partial


def test_a_stopped_run_is_partial_and_a_slice_with_nothing_scored_says_so(method):
    scores = summarise([case(1, "a"), case(2, "b")], [right("c1")], "fake")
    assert scores.partial
    assert dict(scores.subtypes)["b"].value is None
    assert summarise([case(1)], [], "fake").score.value is None


def test_chance_is_the_mean_over_scored_cases(method):
    cases = [case(1, chance=0.5), case(2, chance=0.25), case(3, chance=0.25), case(4)]
    credits = [right("c1"), right("c2"), Credit(case_id="c3", unscored_reason="x")]
    assert summarise(cases, credits, "fake").chance == pytest.approx(0.375)
    # A case without such a level counts as 0 beside the others: (0.5 + 0.25 + 0) / 3.
    assert summarise(cases, [*credits, right("c4")], "fake").chance == pytest.approx(0.25)
    assert summarise([case(1)], [right("c1")], "fake").chance is None


@pytest.mark.parametrize(
    ("n_right", "n", "chance", "at"),
    [
        (6, 6, None, "ceiling"),  # Wilson: 61 to 100
        (0, 6, None, "floor"),  # 0 to 39
        (3, 6, None, None),  # 19 to 81
        (3, 6, 0.25, "floor"),  # 19 to 81 holds 25
        (1, 24, 0.25, "floor"),  # 1 to 20, below chance
        (20, 24, 0.25, None),  # 64 to 93
        (4, 4, None, None),  # too few prompts to claim it
    ],
)
def test_floor_and_ceiling(method, n_right, n, chance, at):
    cases = [case(i, chance=chance) for i in range(n)]
    credits = [right(c.id) if i < n_right else wrong(c.id) for i, c in enumerate(cases)]
    assert summarise(cases, credits, "fake").at == at


def test_an_interval_from_floor_to_ceiling_claims_neither(method):
    method.summarise = lambda *_: Score(value=0.5, interval=(0.0, 1.0), n=9, explanation="wide")
    assert summarise([case(1)], [right("c1")], "fake").at is None


def test_a_wide_interval_that_ends_at_one_is_no_ceiling(method):
    method.summarise = lambda *_: Score(value=0.67, interval=(0.4, 1.0), n=12, explanation="wide")
    assert summarise([case(1)], [right("c1")], "fake").at is None


def test_a_methods_own_summary_is_used_for_the_whole_and_for_the_slices(method):
    method.summarise = lambda cases, credits, settings: Score(
        value=settings.threshold, interval=(0, 1), n=len(cases), explanation="own"
    )
    scores = summarise([case(1, "a"), case(2, "b")], [right("c1"), right("c2")], "fake", {"threshold": 0.25})
    assert (scores.score.value, scores.score.n) == (0.25, 2)
    assert [(score.explanation, score.n) for _, score in scores.subtypes] == [("own", 1), ("own", 1)]


def test_a_summary_survives_being_saved(method):
    scores = summarise([case(1)], [right("c1")], "fake")
    assert type(scores).model_validate_json(scores.model_dump_json()) == scores


def test_credits_that_do_not_belong_to_the_cases_are_refused(method):
    with pytest.raises(ValueError):
        summarise([case(1)], [right("c2")], "fake")
    with pytest.raises(ValueError):
        summarise([case(1)], [right("c1"), right("c1")], "fake")
