"""The first answer of a fresh process: starting, loading the model, scoring a small suite, showing the card."""

import os
import subprocess
import sys
import tempfile

from tests.benchmarks.measure import Contest, Subjects

WORK = "first `ask`, warm disk"
AGAINST = ""
TARGET = 6.0

REQUEST = "how good is it at factual recall? 4 prompts"


def contest(subjects: Subjects) -> Contest:
    """A suite so small that starting decides."""
    return Contest(ours=ask, note=f"“{REQUEST}”")


def ask() -> None:
    """Run the command to its end."""
    with tempfile.TemporaryDirectory() as store:
        command = [sys.executable, "-m", "agent", "ask", REQUEST]
        environment = {**os.environ, "BENCHWRIGHT_DATA": store}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)
