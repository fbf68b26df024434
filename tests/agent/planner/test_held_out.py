"""The embedded planner's figure: requests by three authors who had not seen it, and that nobody mends against.

Which of them fail is not shown, here or anywhere: a wording that is looked at belongs into `unseen.jsonl`, and a new
figure needs new authors.
"""

from pathlib import Path

from agent.planner.plan import SessionView
from tests.agent.planner.grade import grade_all, read_requests

HELD_OUT = read_requests(Path(__file__).with_name("held_out.jsonl"))
LEAST_SHARE_RIGHT = 0.95


def test_at_least_95_in_100_requests_that_nobody_has_looked_at_are_planned_right() -> None:
    from agent.planner.embedded import EmbeddedPlanner

    for entry in HELD_OUT:
        SessionView.model_validate(entry["context"] or {})
    graded = grade_all(EmbeddedPlanner(), HELD_OUT)
    n_right = sum(not wrong for _, _, wrong in graded)
    assert n_right / len(graded) >= LEAST_SHARE_RIGHT, f"{n_right} of {len(graded)}"
