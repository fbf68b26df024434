"""What goes wrong with a remote model, and how it is told: in a sentence that holds neither the key nor headers."""

from dataclasses import dataclass

from pydantic import ValidationError

from tools.errors import ModelError


@dataclass(frozen=True)
class Refusal:
    """The server takes requests, but not this one (too long, a setting that it does not know)."""

    reason: str
    """In its own words: untrusted."""


class NotThereError(ModelError):
    """The server has no such model, or nothing at that path."""


def is_about_the_request(error: Exception) -> bool:
    """Whether another request may well be answered."""
    import openai

    return isinstance(error, openai.APIStatusError) and error.status_code in (400, 413, 422)


def told(error: Exception, address: str, timeout_s: float, said: str) -> ModelError:
    """What went wrong. `said`: the server's own words, without the key."""
    import openai

    where = f"The remote model at {address}"
    match error:
        case TimeoutError() | openai.APITimeoutError():
            return ModelError(
                f"{where} gave no answer within {timeout_s:g} s.",
                "Try again, ask for fewer prompts, or set BENCHWRIGHT_SUBJECT_TIMEOUT_S higher.",
            )
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return ModelError(f"{where} refused the key.", "Check BENCHWRIGHT_SUBJECT_API_KEY.")
        case openai.NotFoundError():
            return NotThereError(
                f"{where} has no such model or no completions there.",
                "Check the address (it usually ends in /v1) and the model's name after the #.",
            )
        case openai.RateLimitError():
            return ModelError(f"{where} takes no more requests now (429).", "Try again later.")
        case openai.APIStatusError():
            words = "" if error.status_code >= 500 else f": {said}"
            return ModelError(f"{where} answered with an error ({error.status_code}){words}.", "Try again.")
        case ValidationError():
            return ModelError(
                f"{where} answered with something that is no completion.",
                "Check that it is an OpenAI-compatible server, and its address.",
            )
    return ModelError(f"{where} cannot be reached.", "Start it, or check the address and the network.")
