"""The edit benchmarks, one file each; `tools.run_edit_benchmarks` runs them.

Contract of a module here (checked by `tools.registry`):

- its docstring is the definition shown by "how is ... computed?": first line what it asks of an edit, then the
  formula, the source and the caveats;
- `NUMBER: int`: its place in the table, which is the order of running;
- `TITLE: str`: what it is called, e.g. `EditBench`;
- `THRESHOLD: float | None`: the score that passes; None where it only reports;
- `AXES: tuple[Axis, ...]`: the probes that it wants;
- `measure(evidence) -> BenchmarkResult`: the score from what the runner read before and after the edit. Missing
  probes are unscored with the reason; no weights are changed here.
"""

from tools.errors import UserError
from tools.registry import Entry, load_all

CONTRACT = ("NUMBER", "TITLE", "THRESHOLD", "AXES", "measure")


def edit_benchmarks() -> tuple[Entry, ...]:
    """All of them, in the order of the table."""
    return tuple(sorted(load_all(__name__, CONTRACT).values(), key=lambda entry: entry.module.NUMBER))


def named(*names: str) -> tuple[Entry, ...]:
    """Those of these titles or module names, in the order of the table; without names all.

    Raises UserError for a name that none has.
    """
    entries = edit_benchmarks()
    by_name = {_letters(name): entry for entry in entries for name in (entry.name, entry.module.TITLE)}
    unknown = [name for name in names if _letters(name) not in by_name]
    if unknown:
        titles = ", ".join(entry.module.TITLE for entry in entries)
        raise UserError(f"There is no edit benchmark {unknown[0]!r}.", f"Choose of: {titles}.")
    wanted = {by_name[_letters(name)].name for name in names}
    return tuple(entry for entry in entries if not names or entry.name in wanted)


def _letters(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
