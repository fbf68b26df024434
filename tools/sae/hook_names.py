"""Hook names of SAE configurations as places in the residual stream: the stream after or before a decoder layer.

Two ways of naming are in use: TransformerLens' (`blocks.8.hook_resid_post`) and paths of transformers modules
(`model.layers.8`, whose output is the stream after the layer).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tools.errors import ModelError

Site = Literal["resid_post", "resid_pre"]

TRANSFORMER_LENS = re.compile(r"(?:blocks\.)?(\d{1,4})\.hook_resid_(post|pre)")
MODULE_PATH = re.compile(r"(?:[a-z_]+\.)*?(layers|h)\.(\d{1,4})(?:\.output)?")
OTHER_SITES = (
    (re.compile(r"hook_resid_mid"), "between attention and MLP"),
    (re.compile(r"hook_z|hook_result|hook_attn_out|\.(?:self_attn|attn|attention)\b"), "inside attention"),
    (re.compile(r"hook_mlp|hook_post|hook_pre\b|\.mlp\b"), "at the MLP"),
    (re.compile(r"hook_embed|hook_pos_embed|embed_tokens|wte|wpe"), "at the embedding"),
    (re.compile(r"hook_normalized|ln_final|\bln1\b|\bln2\b|norm"), "behind a norm"),
)
NEXT_STEP = (
    "Choose an SAE of the residual stream (blocks.N.hook_resid_post or hook_resid_pre, or model.layers.N)."
)


@dataclass(frozen=True)
class HookPoint:
    """A place in the residual stream."""

    name: str
    """As the SAE's configuration has it."""
    layer: int
    """Index of the decoder layer."""
    site: Site
    """Whether the stream is taken after the layer or before it."""
    container: str | None
    """What a module path calls the list of layers (`layers` or `h`); None for TransformerLens names."""

    @property
    def entry(self) -> int:
        """Index of the first decoder layer that reads this stream; the number of layers where only the final
        norm does."""
        return self.layer + 1 if self.site == "resid_post" else self.layer


def parse_hook_name(name: object) -> HookPoint:
    """The place that a hook name means. Raises ModelError, naming it, where it is none in the residual stream."""
    if not isinstance(name, str) or not name.strip():
        raise ModelError("The SAE's configuration does not say which hook point it reads.", NEXT_STEP)
    name = name.strip()
    if match := TRANSFORMER_LENS.fullmatch(name):
        return HookPoint(name, int(match[1]), "resid_post" if match[2] == "post" else "resid_pre", None)
    if match := MODULE_PATH.fullmatch(name):
        return HookPoint(name, int(match[2]), "resid_post", match[1])
    shown = name[:80]
    for pattern, where in OTHER_SITES:
        if pattern.search(name):
            raise ModelError(
                f"The SAE reads {shown!r}, {where}, and only features of the residual stream can be ablated here.",
                NEXT_STEP,
            )
    raise ModelError(f"The SAE's hook name {shown!r} is no known place in a model.", NEXT_STEP)
