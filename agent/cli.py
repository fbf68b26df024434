"""The command line. Nothing heavy is imported here: every command imports what it needs when it runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from agent import cli_options as options
from agent.cli_stored import export, sessions
from agent.cli_train_sae import train_sae
from tools.errors import UserError

app = typer.Typer(
    name="benchwright",
    help="Ask how good a language model is, and get a scored card.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def chat(
    ctx: typer.Context,
    model: options.Model = None,
    sae: options.Sae = None,
    checkpoints: options.Checkpoints = None,
    step: options.TrainingStep = None,
    data: options.Data = None,
    edit: options.Edit = None,
    revision: options.Revision = None,
    dtype: options.Dtype = None,
    device: options.Device = None,
    seed: options.Seed = None,
    yes: options.Yes = None,
    trust_remote_code: options.Trust = None,
    planner: options.PlannerName = None,
    llm_base_url: options.LlmBaseUrl = None,
    llm_model: options.LlmModel = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
) -> None:
    """Talk in the terminal; a piped standard input is answered line by line."""
    settings = options.settings_of(ctx)
    from agent.doors.terminal import run_chat

    raise typer.Exit(run_chat(settings))


@app.command()
def resume(
    ctx: typer.Context,
    session: Annotated[str, typer.Argument(help="Id of the session, or the beginning of one.")],
    model: options.Model = None,
    sae: options.Sae = None,
    device: options.Device = None,
    yes: options.Yes = None,
    planner: options.PlannerName = None,
    llm_base_url: options.LlmBaseUrl = None,
    llm_model: options.LlmModel = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
) -> None:
    """Open a session again; a request that was cut off goes on where it was."""
    from agent.doors.terminal import run_chat

    settings = options.settings_of(ctx)
    raise typer.Exit(run_chat(settings, session_id=session))


@app.command()
def ask(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(help="What you want to know, in your own words.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    context_from: Annotated[
        str | None, typer.Option("--context-from", help="Answer in this session, so that follow-ups work.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="First give SAE features the labels in this file or folder.")
    ] = None,
    model: options.Model = None,
    sae: options.Sae = None,
    checkpoints: options.Checkpoints = None,
    step: options.TrainingStep = None,
    data: options.Data = None,
    edit: options.Edit = None,
    revision: options.Revision = None,
    dtype: options.Dtype = None,
    device: options.Device = None,
    seed: options.Seed = None,
    yes: options.Yes = None,
    trust_remote_code: options.Trust = None,
    planner: options.PlannerName = None,
    llm_base_url: options.LlmBaseUrl = None,
    llm_model: options.LlmModel = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
) -> None:
    """Answer one request. Exit code 0: answered, 1: it failed, 2: wrong usage."""
    settings = options.settings_of(ctx)
    from agent.doors.one_shot import run_ask

    raise typer.Exit(run_ask(settings, request, session_id=context_from, as_json=as_json, labels=labels))


@app.command()
def watch(
    checkpoints: Annotated[str, typer.Argument(help="Folder that a training run saves its checkpoints in.")],
    context_from: Annotated[
        str | None, typer.Option("--context-from", help="Take the suites of this session's last card.")
    ] = None,
    every: Annotated[float | None, typer.Option(help="Seconds between two looks (15).")] = None,
    idle: Annotated[
        float | None, typer.Option(help="End after so many seconds without news; 0: what is there, once.")
    ] = None,
    model: options.Model = None,
    device: options.Device = None,
    seed: options.Seed = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
) -> None:
    """Benchmark each new whole checkpoint once, and say when a capability dropped."""
    settings = options.settings_from(
        model=model,
        checkpoints=checkpoints,
        device=device,
        seed=seed,
        engine=engine,
        workers=workers,
        watch_every_s=every,
        watch_idle_s=idle,
    )
    from agent.doors.one_shot import run_watch

    raise typer.Exit(run_watch(settings, context_from))


@app.command()
def sweep(
    ctx: typer.Context,
    features: Annotated[
        list[int] | None, typer.Argument(min=0, help="Numbers of features; none: all of the SAE.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    context_from: Annotated[
        str | None, typer.Option("--context-from", help="In this session, with its labels and filters.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="First give SAE features the labels in this file or folder.")
    ] = None,
    model: options.Model = None,
    sae: options.Sae = None,
    checkpoints: options.Checkpoints = None,
    step: options.TrainingStep = None,
    revision: options.Revision = None,
    dtype: options.Dtype = None,
    device: options.Device = None,
    seed: options.Seed = None,
    trust_remote_code: options.Trust = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
) -> None:
    """Score every feature of the SAE, or those named, into a ranked table; a killed sweep goes on where it was."""
    settings = options.settings_of(ctx).model_copy(update={"yes": True})
    from agent.doors.one_shot import run_sweep

    code = run_sweep(settings, features or [], session_id=context_from, as_json=as_json, labels=labels)
    raise typer.Exit(code)


@app.command()
def plan(
    ctx: typer.Context,
    request: Annotated[str | None, typer.Argument(help="The request to plan.")] = None,
    context: Annotated[
        Path | None,
        typer.Option(help="JSON file with what is known of a session.", exists=True, dir_okay=False),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            help='JSONL file: {"request", "context"} a line; a plan a line comes out.', dir_okay=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON (always so with --batch).")] = False,
    planner: options.PlannerName = None,
    llm_base_url: options.LlmBaseUrl = None,
    llm_model: options.LlmModel = None,
) -> None:
    """Show how a request is understood, and run nothing."""
    from agent.doors.plan_only import run_plan

    if (request is None) == (batch is None):
        raise typer.BadParameter("give either a REQUEST or --batch FILE")
    settings = options.settings_of(ctx)
    raise typer.Exit(run_plan(settings, request, context, batch, as_json=as_json))


@app.command()
def mcp(
    ctx: typer.Context,
    resume: Annotated[
        str | None, typer.Option(help="Go on with this session: its id, or the beginning of one.")
    ] = None,
    model: options.Model = None,
    sae: options.Sae = None,
    checkpoints: options.Checkpoints = None,
    step: options.TrainingStep = None,
    data: options.Data = None,
    edit: options.Edit = None,
    revision: options.Revision = None,
    dtype: options.Dtype = None,
    device: options.Device = None,
    seed: options.Seed = None,
    yes: options.Yes = None,
    trust_remote_code: options.Trust = None,
    planner: options.PlannerName = None,
    llm_base_url: options.LlmBaseUrl = None,
    llm_model: options.LlmModel = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
) -> None:
    """Serve other agents over MCP on standard input and output."""
    settings = options.settings_of(ctx)
    from agent.doors.mcp import run_mcp

    raise typer.Exit(run_mcp(settings, resume))


@app.command()
def slack(
    ctx: typer.Context,
    model: options.Model = None,
    sae: options.Sae = None,
    checkpoints: options.Checkpoints = None,
    step: options.TrainingStep = None,
    data: options.Data = None,
    edit: options.Edit = None,
    revision: options.Revision = None,
    dtype: options.Dtype = None,
    device: options.Device = None,
    seed: options.Seed = None,
    yes: options.Yes = None,
    trust_remote_code: options.Trust = None,
    planner: options.PlannerName = None,
    llm_base_url: options.LlmBaseUrl = None,
    llm_model: options.LlmModel = None,
    engine: options.Engine = None,
    workers: options.Workers = None,
) -> None:
    """Answer in Slack; tokens come from the environment: SLACK_BOT_TOKEN, and SLACK_APP_TOKEN for Socket Mode."""
    settings, slack_settings = options.settings_of(ctx), options.slack_settings_from_environment()
    from agent.doors.slack.service import run_slack

    raise typer.Exit(run_slack(settings, slack_settings))


app.command()(sessions)
app.command()(export)
app.command("train-sae")(train_sae)


@app.command()
def doctor() -> None:
    """Say what is installed, found and missing, and how to get it."""
    from agent.doors.doctor import run_doctor

    raise typer.Exit(run_doctor(options.settings_from()))


def tell(error: UserError) -> int:
    """Print a user's error to standard error; returns the exit code."""
    print(f"{error.message} {error.next_step}".strip(), file=sys.stderr)
    return 1
