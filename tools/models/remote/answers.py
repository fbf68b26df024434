"""What a completions server answers, read leniently: servers send many further fields, and maybe rubbish."""

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=True)


class TokenLogProbs(_Answer):
    """Log-probabilities of the tokens of a text, in the form of the legacy completions endpoint."""

    tokens: list[str]
    token_logprobs: list[float | None]
    """In nats; None for the first token of a text, which nothing stands before."""
    top_logprobs: list[dict[str, float] | None] | None = None


class _Message(_Answer):
    content: str | None = None


class Choice(_Answer):
    """One answer."""

    text: str | None = None
    message: _Message | None = None
    finish_reason: str | None = None
    stop_reason: str | int | None = None
    """vLLM: the stop string or token that ended it."""
    logprobs: TokenLogProbs | None = None

    @property
    def written(self) -> str:
        """The text, of either kind of completion."""
        return (self.message.content if self.message is not None else self.text) or ""


class Usage(_Answer):
    """What the server counted."""

    prompt_tokens: int = Field(ge=0)
    completion_tokens: int | None = None


class Completion(_Answer):
    """The answer to one request."""

    choices: list[Choice] = Field(min_length=1)
    usage: Usage | None = None


class _Served(_Answer):
    id: str


class ServedModels(_Answer):
    """What `/models` lists."""

    data: list[_Served]
