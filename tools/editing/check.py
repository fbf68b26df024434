"""One measured value of an edit held against its threshold."""

from pydantic import Field

from tools.results import Result


class Check(Result):
    """One comparison of a measured value with its threshold."""

    check: str
    value: float | None = Field(allow_inf_nan=False)
    threshold: float
    passed: bool | None
    """None where it could not be measured; the explanation says why."""
    explanation: str


def unmeasured(name: str, threshold: float, why: str) -> Check:
    """A check that could not be made."""
    return Check(check=name, value=None, threshold=threshold, passed=None, explanation=why)


def failed(name: str, threshold: float, why: str) -> Check:
    """A check of something that is no number any more."""
    return Check(check=name, value=None, threshold=threshold, passed=False, explanation=why)
