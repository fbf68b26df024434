"""Look at a training run: its folder of checkpoints, or another step of the one that is loaded."""

from collections.abc import Iterator
from pathlib import Path

from agent.events import Event, Said
from agent.planner.arguments import LoadCheckpoint
from agent.training import TrainingRun
from agent.workbench import Workbench
from tools.errors import UserError
from tools.models.checkpoints import listed
from tools.progress import Report


def run(arguments: LoadCheckpoint, bench: Workbench, report: Report) -> Iterator[Event]:
    """Put the step on the bench (none named: the last whole one); where that fails, what was loaded stays."""
    if arguments.path is not None:
        training = TrainingRun(_run_folder(arguments.path), _step_in(arguments))
        step = training.step
    elif bench.training is not None:
        training = bench.training
        step = arguments.step if arguments.step is not None else training.whole()[-1].step
    else:
        raise UserError(
            "No training run is loaded.",
            "Name the folder of its checkpoints: load the checkpoints in FOLDER, or start with --checkpoints.",
        )
    model = bench.use_training(training, step, report)
    waiting = [each.step for each in training.checkpoints() if each.unfinished is not None]
    unfinished = f" Not whole yet: {listed(waiting)}." if waiting else ""
    yield Said(
        f"Loaded {model.name} at step {step}: {model.dtype} on {model.device}, weights {model.weights_hash[:12]}. "
        f"Steps: {listed(training.steps)}.{unfinished}"
    )


def _run_folder(path: str) -> str:
    """The run's folder, where one checkpoint of it is named: its neighbours belong to it."""
    folder = Path(path).expanduser()
    return str(folder.parent) if _step_of(folder) is not None and folder.is_dir() else path


def _step_in(arguments: LoadCheckpoint) -> int | None:
    return arguments.step if arguments.step is not None else _step_of(Path(arguments.path or ""))


def _step_of(folder: Path) -> int | None:
    from tools.models.checkpoints import NAME

    match = NAME.fullmatch(folder.name)
    return int(match.group(1)) if match else None
