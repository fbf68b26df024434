"""Settings: read once at the top from explicit arguments, then the environment (`BENCHWRIGHT_*`), then defaults."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AliasChoices, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """What the user can set. An explicit argument wins over the environment."""

    model_config = SettingsConfigDict(env_prefix="BENCHWRIGHT_", frozen=True, extra="ignore")

    model: str = "embedded"
    """A hub id, a folder, a GGUF file, `embedded`, or the address of a server (`http://localhost:8000/v1#NAME`)."""
    subject_api_key: SecretStr | None = Field(default=None, repr=False)
    """Key of a remote `model`; from the environment only."""
    subject_timeout_s: float = Field(default=120.0, gt=0)
    """Seconds that one request to a remote `model` may take."""
    revision: str | None = None
    dtype: str | None = None
    """`float32` (default), `bfloat16` or `float16`. Scores whose numbers matter want float32."""
    device: str | None = None
    """`cuda`, `mps` or `cpu`; by default the best one there is."""
    trust_remote_code: bool = False
    sae: str | None = None
    """A folder, `release/sae_id`, or `demo`. By default the demo SAE, where the embedded model is loaded."""
    checkpoints: str | None = None
    """The folder of a training run's checkpoints, or a hub model with revisions `stepN`."""
    step: int | None = None
    """The training step to look at first; by default the last."""
    watch_every_s: float = Field(default=15.0, gt=0)
    """Seconds between two looks for new checkpoints while watching."""
    watch_idle_s: float | None = Field(default=None, ge=0)
    """The watch ends after this long without a new checkpoint; by default it goes on until stopped."""
    edit: Path | None = None
    """A safetensors file of a weight edit, applied to the model before the first request."""
    edit_probability: float = Field(default=0.5, ge=0, le=1)
    """Mean probability of the new target over paraphrases that an edit has to reach to be committed."""
    edit_kl: float = Field(default=0.1, ge=0)
    """Mean KL divergence, in nats, by which it may move what follows unrelated prompts."""
    edit_cka: float = Field(default=0.98, ge=0, le=1)
    """Linear CKA with the representations of neutral text before it that every later layer has to keep."""
    # Not BENCHWRIGHT_DATA, as the prefix would have it: that names the store's folder.
    data: str | None = Field(default=None, validation_alias=AliasChoices("data", "BENCHWRIGHT_DATA_SET"))
    """A data set to inspect, or a named benchmark's data: a file, a `datasets` folder or a hub name."""
    planner: Literal["auto", "embedded", "llm"] = "auto"
    """Who reads requests: `auto` is the LLM where an endpoint is configured, else the embedded planner."""
    llm_base_url: str | None = None
    """Where an OpenAI-compatible server answers, e.g. `http://localhost:8080/v1`; by default OpenAI's own."""
    llm_model: str | None = None
    """The model's name there. Without it nothing is ever sent anywhere, whatever keys the environment holds."""
    llm_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("llm_api_key", "BENCHWRIGHT_LLM_API_KEY", "OPENAI_API_KEY"),
        repr=False,
    )
    """From the environment only: a command line can be read by others."""
    llm_timeout_s: float = Field(default=60.0, gt=0)
    """Seconds that one answer of the LLM may take."""
    llm_seconds: float = Field(default=600.0, gt=0)
    """Seconds that the LLM may be waited for in one request, all its answers together."""
    llm_tokens: int = Field(default=200_000, ge=1)
    """Tokens, read and written, that one request may spend."""
    refusal_judge: Literal["detector", "llm"] = "detector"
    """Who decides whether an output is a refusal: the deterministic detector, or the LLM where one is configured."""
    engine: Literal["local", "ray"] = "local"
    """Where sweeps, comparisons, regression panels and evaluations of many edits run: in this process, or spread over
    the workers of the Ray cluster that RAY_ADDRESS names (by default one on this machine)."""
    workers: int | None = Field(default=None, ge=1)
    """How many workers; by default as many as there are processors (or GPUs) and room for the model."""
    seed: int = 0
    """Seed of the suites: the same seed writes the same prompts."""
    approve_above_s: float = Field(default=120.0, ge=0)
    """Work that is expected to take longer than this waits for a yes."""
    yes: bool = False
    """Go ahead without asking."""
    store_folder: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("benchwright")),
        validation_alias=AliasChoices("store_folder", "BENCHWRIGHT_DATA"),
    )
    """Folder of sessions, cards, sweeps and the log."""


def read_settings(**explicit: object) -> Settings:
    """The settings in force; None among `explicit` means: not said."""
    said = {key: value for key, value in explicit.items() if value is not None}
    return Settings(**said)  # type: ignore[arg-type]


def _listed(given: Any) -> Any:
    """A list in an environment variable: JSON, or names between commas."""
    if not isinstance(given, str):
        return given
    if given.lstrip().startswith("["):
        return json.loads(given)
    return [name.strip() for name in given.split(",") if name.strip()]


Ids = Annotated[frozenset[str], NoDecode, BeforeValidator(_listed)]


class SlackSettings(BaseSettings):
    """What `benchwright slack` needs to know, from the environment only (`BENCHWRIGHT_SLACK_*`; tokens `SLACK_*`).

    Lists are ids between commas (`U01,U02`) or JSON (`["U01", "U02"]`).
    """

    model_config = SettingsConfigDict(env_prefix="BENCHWRIGHT_SLACK_", frozen=True, extra="ignore")

    mode: Literal["socket", "http"] = "socket"
    """`socket` (Socket Mode: nothing listens) needs SLACK_APP_TOKEN; `http` needs SLACK_SIGNING_SECRET."""
    teams: Ids = frozenset()
    """Workspaces that are answered; none named: only the one that the bot's token is of."""
    channels: Ids = frozenset()
    """Channels that are answered, direct messages (`D...`) among them; none named: all of the workspaces."""
    users: Ids = frozenset()
    """People who are answered; none named: everybody of the workspaces. Admins always are."""
    admins: Ids = frozenset()
    """People who may edit weights, name paths, load models and data, and answer for others; none named: nobody."""
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    """Where the HTTP mode listens, at `/slack/events`; 0: any free port."""
    api_url: str = "https://slack.com/api/"
    """Base address of Slack's Web API."""
    bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN", repr=False)
    app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN", repr=False)
    signing_secret: SecretStr | None = Field(
        default=None, validation_alias="SLACK_SIGNING_SECRET", repr=False
    )

    @property
    def missing(self) -> list[str]:
        """The environment variables that this mode needs and that are not set."""
        needed = {"SLACK_BOT_TOKEN": self.bot_token}
        if self.mode == "socket":
            needed["SLACK_APP_TOKEN"] = self.app_token
        else:
            needed["SLACK_SIGNING_SECRET"] = self.signing_secret
        return [name for name, secret in needed.items() if not (secret and secret.get_secret_value().strip())]
