"""What can go wrong with an endpoint, and how it is told: in a sentence that holds neither the key nor headers."""

from agent.endpoint_reply import CutReplyError, EndlessReplyError
from tools.errors import UserError

LATER = "Try again, or check --llm-base-url and --llm-model."


class EndpointError(UserError):
    """The endpoint cannot be reached, refuses, or answers with nothing that can be read."""


class BudgetError(EndpointError):
    """The request has spent its tokens or its time."""


class NoStreamError(Exception):
    """A server that answers at once where a stream was asked for."""


def told(error: Exception, where: str, model: str, timeout_s: float, said: str) -> EndpointError:
    """What went wrong. `said`: the server's own words, masked."""
    import openai

    match error:
        case TimeoutError() | openai.APITimeoutError():
            return EndpointError(
                f"{where} gave no whole answer within {timeout_s:g} s.",
                "Try again, or set BENCHWRIGHT_LLM_TIMEOUT_S higher.",
            )
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return EndpointError(f"{where} refused the key.", "Check BENCHWRIGHT_LLM_API_KEY.")
        case openai.NotFoundError():
            return EndpointError(
                f"{where} has no model {model!r}, or no chat there.",
                "Check --llm-model and --llm-base-url (it usually ends in /v1).",
            )
        case openai.RateLimitError():
            wanted = retry_after(error)
            pause = f", and asks for a pause of {wanted:.0f} s" if wanted else ""
            return EndpointError(f"{where} takes no more requests now (429){pause}.", "Try again later.")
        case openai.APIStatusError():
            words = "" if error.status_code >= 500 else f": {said}"
            return EndpointError(f"{where} answered with an error ({error.status_code}){words}.", LATER)
        case openai.APIConnectionError():
            return EndpointError(
                f"{where} cannot be reached.", "Start it, or check --llm-base-url and the network."
            )
        case CutReplyError():
            return EndpointError(f"{where} broke off in the middle of its answer.", "Try again.")
        case EndlessReplyError():
            return EndpointError(f"{where} answered without an end.", "Try another model.")
        case openai.APIError():
            return EndpointError(f"{where} reported an error in its answer.", LATER)
    return EndpointError(f"{where} answered with something that is no chat completion.", LATER)


def is_passing(error: Exception) -> bool:
    """Whether the same question may be answered a moment later."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return error.status_code in (408, 409, 429) or error.status_code >= 500
    # After these the time was long enough.
    return not isinstance(error, TimeoutError | openai.APITimeoutError | EndlessReplyError)


def retry_after(error: Exception) -> float | None:
    """Seconds that the server wants waited, where it says so in seconds."""
    response = getattr(error, "response", None)
    try:
        seconds = float(response.headers.get("retry-after", "")) if response is not None else -1.0
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
