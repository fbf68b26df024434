"""A model behind an OpenAI-compatible server as the subject of measurements: text in, text or log-probabilities out.

`connect("http://localhost:8000/v1")` gives a `RemoteModel`. Its weights are elsewhere: features and edits need them
and say so. Log-probabilities need a server that gives those of the prompt (`echo` with `logprobs` in the legacy
completions endpoint, as vLLM does); the rest needs completions or chat completions.
"""

from tools.models.remote.address import is_address
from tools.models.remote.remote_model import RemoteModel, connect

__all__ = ["RemoteModel", "connect", "is_address"]
