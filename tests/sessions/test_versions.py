import subprocess
import sys

from sessions.versions import versions


def test_versions_name_python_the_program_and_the_libraries():
    found = versions()
    assert found["python"].startswith("3.")
    assert {"benchwright", "torch", "transformers"} <= set(found)


def test_neither_versions_nor_cards_import_a_heavy_library():
    code = (
        "import sys, sessions.card, sessions.store, sessions.export; sessions.card.CapabilityCard;"
        "from sessions.versions import versions; versions();"
        "print([m for m in ('torch', 'transformers', 'scipy', 'numpy', 'langgraph') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
