"""The options that several commands have, and the settings that they make together with the environment."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.settings import Settings, SlackSettings, read_settings

Model = Annotated[str | None, typer.Option(help="Hub id, folder, GGUF file, or 'embedded'.")]
Sae = Annotated[
    str | None,
    typer.Option(help="SAE: folder, release/sae_id, or 'demo' (the embedded model's, by default)."),
]
Checkpoints = Annotated[
    str | None,
    typer.Option(help="Folder of a training run's checkpoints, or a hub model with revisions stepN."),
]
TrainingStep = Annotated[int | None, typer.Option("--step", help="Training step to look at (the last one).")]
Data = Annotated[
    str | None,
    typer.Option(help="Data set to inspect, or a named benchmark's data: file, folder or hub name."),
]
Edit = Annotated[Path | None, typer.Option(help="Weight edit to apply first (safetensors, from /export).")]
Revision = Annotated[str | None, typer.Option(help="Branch, tag or commit of a hub model.")]
Dtype = Annotated[str | None, typer.Option(help="float32 (default), bfloat16 or float16.")]
Device = Annotated[str | None, typer.Option(help="cuda, mps or cpu; the best one by default.")]
Seed = Annotated[int | None, typer.Option(help="Seed of the prompt suites (0).")]
Yes = Annotated[bool | None, typer.Option("--yes", "-y", help="Go ahead without asking.")]
PlannerName = Annotated[
    Literal["auto", "embedded", "llm"] | None,
    typer.Option(help="Who reads requests: llm, embedded, or auto (llm where an endpoint is configured)."),
]
LlmBaseUrl = Annotated[
    str | None,
    typer.Option(
        help="OpenAI-compatible server; its key comes from BENCHWRIGHT_LLM_API_KEY or OPENAI_API_KEY."
    ),
]
LlmModel = Annotated[str | None, typer.Option(help="Name of the LLM at the endpoint.")]
Engine = Annotated[
    Literal["local", "ray"] | None,
    typer.Option(
        help="Where long work runs: local (default), or ray: workers here, or where RAY_ADDRESS says."
    ),
]
Workers = Annotated[int | None, typer.Option(min=1, help="With --engine ray: how many workers.")]
Trust = Annotated[
    bool | None, typer.Option("--trust-remote-code", help="Run code that comes with a hub model.")
]


def settings_of(ctx: typer.Context) -> Settings:
    """The settings with all options of a command that are settings, each under its own name."""
    return settings_from(
        **{name: value for name, value in ctx.params.items() if name in Settings.model_fields}
    )


def settings_from(**explicit: object) -> Settings:
    """Settings, or one sentence about what is wrong with the environment variables."""
    with _told_in_a_sentence():
        return read_settings(**explicit)


def slack_settings_from_environment() -> SlackSettings:
    """Settings of the Slack bot, or one sentence about what is wrong with them."""
    with _told_in_a_sentence():
        return SlackSettings()


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    from pydantic import ValidationError

    try:
        yield
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise typer.BadParameter(f"the setting {name} is wrong: {first['msg']}") from error
