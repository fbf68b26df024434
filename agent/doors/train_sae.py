"""Trains an SAE of any model on any text: `benchwright train-sae`."""

import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from agent.cli import tell
from agent.doors.rendering import Renderer
from agent.events import Working
from agent.settings import Settings
from sessions.visible import visible
from tools.errors import Stopped, UserError
from tools.progress import Progress, Report

SECONDS_BETWEEN_LINES = 30.0
"""Where standard error is no terminal, progress is a line every so often."""
MANY = 10_000


def run_train_sae(
    settings: Settings,
    *,
    layer: int,
    n_features: int,
    k: int,
    tokens: int,
    text: Sequence[Path],
    output: Path,
    sampled_tokens: int = 100_000,
    passes: int = 3,
    window: int = 128,
) -> int:
    """Train, measure and label an SAE, and say how good it is. Returns 0, or 1 where it could not be made.

    An interrupt keeps what was done; the same command goes on from there.
    """
    from prompts.running_text import chat_prompts, openings
    from tools.models.language_model import LanguageModel
    from tools.models.load import load_model
    from tools.sae.fit import TrainingSettings
    from tools.sae.train import TextSettings, train_sae, work_folder

    console = Console(stderr=True, highlight=False)
    renderer = Renderer(console)
    report = _report(console, renderer)

    def load(dtype: str) -> LanguageModel:
        return load_model(
            settings.model,
            revision=settings.revision,
            dtype=dtype,
            device=settings.device,
            trust_remote_code=settings.trust_remote_code,
            report=report,
        )

    try:
        card = train_sae(
            load,
            TrainingSettings(layer=layer, n_features=n_features, k=k, passes=passes, seed=settings.seed),
            TextSettings(
                files=tuple(str(path) for path in text),
                tokens=tokens if text else 0,
                sampled_tokens=sampled_tokens,
                window=window,
            ),
            output,
            chat_prompts=chat_prompts(MANY, settings.seed),
            openings=openings(MANY, settings.seed),
            command=shlex.join(["benchwright", *sys.argv[1:]]),
            report=report,
        )
    except UserError as error:
        renderer.quiet()
        return tell(error)
    except (KeyboardInterrupt, Stopped):
        renderer.quiet()
        print("Stopped. What was done is kept; the same command goes on from there.", file=sys.stderr)
        return 1
    renderer.quiet()
    quality, loss = card.reconstruction, card.loss
    print(f"{output}: {card.settings.n_features:,} features, TopK {card.settings.k}, {card.hook_name}")
    print(
        f"explained variance {quality.explained_variance:.3f} ({quality.explained_variance_of_all:.3f} with the few "
        f"very long vectors), L0 {quality.l0:.1f}, dead {quality.dead_share:.1%} "
        f"(held-out text, {quality.n_tokens:,} tokens)"
    )
    print(
        f"CE loss recovered {loss.recovered_from_mean:.3f} (clean {loss.clean:.3f}, reconstructed "
        f"{loss.reconstructed:.3f}, mean-ablated {loss.mean_ablated:.3f} nats; {loss.n_tokens:,} tokens)"
    )
    print(f"{work_folder(output)} holds samples, activations and checkpoints; it is no longer needed.")
    return 0


def _report(console: Console, renderer: Renderer) -> Report:
    """A bar on a terminal, else a line now and then."""
    told_task, told_at = "", 0.0

    def report(progress: Progress) -> None:
        nonlocal told_task, told_at
        if console.is_terminal:
            renderer.show(Working(progress))
        elif progress.task != told_task or time.monotonic() - told_at > SECONDS_BETWEEN_LINES:
            told_task, told_at = progress.task, time.monotonic()
            total = f" of {progress.total:,}" if progress.total is not None else ""
            console.print(visible(f"{progress.task}: {progress.done:,}{total} {progress.unit}"), markup=False)

    return report
