"""Whether long work is spread over workers, as the settings may want, and from what the workers load the model."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent.workbench import ROOM, Workbench
from tools.errors import UserError
from tools.progress import Report

if TYPE_CHECKING:
    from tools.fanout import Team
    from tools.models.checkpoints import Checkpoint
    from tools.models.source import ModelSource

LIBRARIES = 2**30
"""Bytes that a worker needs beside its model."""


def is_spread(bench: Workbench) -> bool:
    """Whether work on the loaded model is done by workers."""
    return bench.settings.engine == "ray" and why_here(bench) is None


def why_here(bench: Workbench) -> str | None:
    """Why work is done in this process although the settings want workers; None where it is as they want."""
    if bench.settings.engine == "local":
        return None
    from tools.models.remote import is_address

    if bench.training is None and is_address(bench.settings.model):
        return "The model is measured over the network, so no workers are needed: this runs locally."
    if bench.edits.entries:
        return "The session's edits are on the model of this process only, so this runs locally."
    if bench.settings.device == "auto":
        return "The model is spread over all devices itself, so this runs locally."
    return None


@contextmanager
def team_of(bench: Workbench, report: Report) -> "Iterator[Team]":
    """The workers, for as long as one request needs them. Raises UserError where there are none to be had."""
    from tools.fanout import workers

    model = bench.model(report)
    size = sum(each.nbytes for each in model.model.parameters())
    with workers(
        bench.settings.workers,
        report,
        bytes_each=int(ROOM * size) + LIBRARIES,
        gpus_each=int(model.device.type == "cuda"),
    ) as team:
        yield team


def source_of(bench: Workbench, report: Report) -> "ModelSource":
    """From what a worker loads the model on the bench."""
    from tools.models.checkpoints import at_step

    if bench.training is None:
        return source_named(bench, bench.settings.model, report)
    return source_at(bench, at_step(bench.training.checkpoints(), bench.training.step), report)


def source_named(bench: Workbench, name: str, report: Report) -> "ModelSource":
    """From what a worker loads a model by its name, as `Workbench.load` does. Raises UserError for an address."""
    from tools.models.remote import is_address
    from tools.models.source import ModelSource, absolute

    if is_address(name):
        raise UserError(f"{name} is measured over the network.", "Leave --engine at local for it.")
    return ModelSource(
        absolute(name),
        revision=bench.settings.revision if name == bench.settings.model else None,
        dtype=bench.settings.dtype,
        device=bench.model(report).device.type,
        trust_remote_code=bench.settings.trust_remote_code,
    )


def source_at(bench: Workbench, checkpoint: "Checkpoint", report: Report) -> "ModelSource":
    """From what a worker loads a checkpoint, as `TrainingRun.load` does."""
    from dataclasses import replace

    from tools.models.source import ModelSource, absolute

    if checkpoint.revision is None:
        checkpoint = replace(checkpoint, path=checkpoint.path.resolve())
    settings = bench.settings
    return ModelSource(
        absolute(settings.model) if "model" in settings.model_fields_set else None,
        dtype=settings.dtype,
        device=bench.model(report).device.type,
        trust_remote_code=settings.trust_remote_code,
        checkpoint=checkpoint,
    )
