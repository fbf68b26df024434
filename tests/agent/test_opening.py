"""Opening the first conversation of a process."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_heavy_imports_are_made_without_collecting_and_left_out_of_it_afterwards(tmp_path: Path) -> None:
    code = (
        "import gc, sys\n"
        "from pathlib import Path\n"
        "from agent.opening import open_conversation\n"
        "from agent.settings import Settings\n"
        "assert 'torch' not in sys.modules and 'langgraph' not in sys.modules\n"
        "before = sum(each['collections'] for each in gc.get_stats())\n"
        f"settings = Settings(store_folder=Path({str(tmp_path)!r}))\n"
        "first, second = open_conversation(settings), open_conversation(settings)\n"
        "assert first.session_id != second.session_id\n"
        "during = sum(each['collections'] for each in gc.get_stats()) - before\n"
        "print('torch' in sys.modules, gc.isenabled(), gc.get_freeze_count() > 100_000, during < 100)\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert printed.stdout.split() == ["True"] * 4
