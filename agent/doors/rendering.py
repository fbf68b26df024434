"""Events on a Rich console. Nothing that came from outside is read as markup."""

from collections.abc import Mapping

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.text import Text

from agent.doors.drill_down_view import drill_down_panel
from agent.doors.edit_benchmarks_view import result_line
from agent.doors.panels import panel
from agent.events import Asked, Benchmarked, CardReady, Event, Failed, Planned, Said, TakenApart, Working
from agent.planner.plan import Plan
from sessions.visible import visible
from tools.progress import Progress


class Renderer:
    """Prints events one by one; on a terminal, work under way is a progress bar that goes when it is over."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.failed = False
        """Whether any event so far was a failure."""
        self._bar: ProgressBar | None = None

    def show(self, event: Event) -> None:
        """Render one event."""
        if isinstance(event, Working):
            self._advance(event.progress)
            return
        self.quiet()
        match event:
            case Planned(plan):
                self.console.print(Text(f"→ {in_words(plan)}", style="dim"))
            case Said(text):
                self.console.print(Text(visible(text)))
            case Benchmarked(result):
                self.console.print(result_line(result))
            case CardReady(card):
                self.console.print(panel(card))
            case TakenApart(drill_down):
                self.console.print(drill_down_panel(drill_down))
            case Asked(question):
                self.console.print(Text(visible(question), style="bold"))
            case Failed(message, next_step):
                self.failed = True
                self.console.print(
                    Text.assemble((visible(message), "red"), " " if next_step else "", visible(next_step))
                )

    def quiet(self) -> None:
        """Take the progress bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _advance(self, progress: Progress) -> None:
        if not self.console.is_terminal:
            return
        if self._bar is None:
            self._bar = ProgressBar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=self.console,
                transient=True,
            )
            self._bar.start()
        for task in self._bar.tasks:
            if task.description == progress.task:
                self._bar.update(task.id, completed=progress.done, total=progress.total)
                return
        for task in self._bar.tasks:
            self._bar.remove_task(task.id)
        self._bar.add_task(progress.task, completed=progress.done, total=progress.total)


def in_words(plan: Plan) -> str:
    """The plan in one line: intents with the arguments that were said."""
    return ", then ".join(_step_in_words(step.intent, step.arguments) for step in plan.steps)


def _step_in_words(intent: str, arguments: Mapping[str, object]) -> str:
    said = {key: value for key, value in arguments.items() if value not in (None, [], {})}
    inner = ", ".join(f"{key}: {_value_in_words(value)}" for key, value in said.items())
    return visible(intent.replace("_", " ") + (f" ({inner})" if inner else ""))


def _value_in_words(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(_value_in_words(item) for item in value)
    if isinstance(value, dict):
        return " ".join(_value_in_words(item) for item in value.values() if item not in (None, []))
    return str(value)
