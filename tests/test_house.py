"""The house rules that a machine can check: imports go down only, and nothing heavy loads before it is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STOREYS = ["tools", "prompts", "sessions", "agent"]
HEAVY = ("torch", "transformers", "langgraph", "sae_lens", "datasets", "scipy", "reasoning_gym", "openai")


def _imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("storey", STOREYS)
def test_a_storey_imports_only_from_itself_and_below(storey: str) -> None:
    above = STOREYS[STOREYS.index(storey) + 1 :]
    wrong = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in (ROOT / storey).rglob("*.py")
        for name in _imports(file)
        if name.split(".")[0] in above
    ]
    assert wrong == []


def test_tools_know_nothing_of_the_terminal_or_the_graph() -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in (ROOT / "tools").rglob("*.py")
        for name in _imports(file)
        if name.split(".")[0] in ("rich", "langgraph", "slack_bolt", "prompt_toolkit", "typer")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "module",
    ["agent.cli", "agent.doors.terminal", "agent.planner.embedded", "prompts.suite", "tools.run_suite"],
)
def test_the_way_to_the_prompt_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def test_capability_and_scoring_modules_load_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from tools.registry import load_all\n"
        "load_all('prompts.capabilities', ()); load_all('tools.scoring', ())\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
