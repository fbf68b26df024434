"""The command `benchwright train-sae`."""

from pathlib import Path
from typing import Annotated

import typer

from agent import cli_options as options


def train_sae(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the SAE (SAELens format).")],
    layer: Annotated[int, typer.Option(min=0, help="Residual stream after this decoder layer.")],
    text: Annotated[
        list[Path] | None,
        typer.Option(help="Text file or folder, several times; none: only the model's own samples."),
    ] = None,
    n_features: Annotated[int, typer.Option(min=2)] = 4096,
    k: Annotated[int, typer.Option(min=1, help="Features that are active at a token (TopK).")] = 48,
    tokens: Annotated[int, typer.Option(min=1, help="Tokens to read from the text.")] = 1_000_000,
    sampled_tokens: Annotated[
        int, typer.Option(min=0, help="Tokens to sample from the model itself.")
    ] = 100_000,
    passes: Annotated[int, typer.Option(min=1)] = 2,
    window: Annotated[int, typer.Option(min=8, help="Tokens of one stretch of text.")] = 128,
    model: options.Model = None,
    device: options.Device = None,
    seed: options.Seed = None,
) -> None:
    """Train a sparse autoencoder of any model, measure and label it; a killed training goes on where it was."""
    from agent.doors.train_sae import run_train_sae

    code = run_train_sae(
        options.settings_from(model=model, device=device, seed=seed),
        layer=layer,
        n_features=n_features,
        k=k,
        tokens=tokens,
        text=text or [],
        output=output,
        sampled_tokens=sampled_tokens,
        passes=passes,
        window=window,
    )
    raise typer.Exit(code)
