"""How long a suite will take on this machine: a roofline estimate from measured rates and the model's size.

A forward pass costs 2 floating-point operations for each parameter and token (Kaplan et al. 2020, section 2.1) and
has to read every parameter once; the slower of the two decides (Williams et al. 2009). The two rates are measured
once in a process, in a fraction of a second.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tools.cases import Case
from tools.registry import load
from tools.scoring import CONTRACT

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel
    from tools.models.remote import RemoteModel

CHARACTERS_PER_TOKEN = 4.0
ROWS_AT_ONCE = 24
"""Rows that are generated together: the batch of a suite of usual size."""
OVERHEAD = 1.5
"""What attention, sampling and Python add to the matrix products. Measured on a 135M model on two CPU cores."""


@dataclass(frozen=True)
class Rates:
    """What this machine does for one dtype."""

    flops: float
    """Floating-point operations a second in a large matrix product."""
    bytes_per_s: float
    """Bytes of parameters read a second in a matrix-vector product."""


def expected_seconds(model: "LanguageModel | RemoteModel", cases: Sequence[Case], method: str) -> float:
    """Expected seconds for scoring the cases; generated answers are taken to be as long as the method lets them."""
    from tools.models.remote import RemoteModel

    module = load("tools.scoring", method, CONTRACT).module
    new_tokens = getattr(module.Settings(), "max_new_tokens", 0) if module.GENERATES else 0
    if isinstance(model, RemoteModel):
        return model.expected_seconds(sum(max(1, len(case.choices)) for case in cases), new_tokens)
    rates = measured_rates(model.device, model.dtype)
    n_parameters = sum(parameter.numel() for parameter in model.model.parameters())
    # A prompt is read once, whatever number of choices follows it.
    read = sum(len(case.prompt) + sum(map(len, case.choices)) for case in cases) / CHARACTERS_PER_TOKEN
    seconds = 2 * n_parameters * read / rates.flops
    if new_tokens:
        rows = min(len(cases), ROWS_AT_ONCE)
        bytes_read = n_parameters * next(model.model.parameters()).element_size()
        step = max(bytes_read / rates.bytes_per_s, 2 * n_parameters * rows / rates.flops)
        seconds += step * new_tokens * -(-len(cases) // ROWS_AT_ONCE)
    return OVERHEAD * seconds


@cache
def measured_rates(device: "torch.device", dtype: "torch.dtype") -> Rates:
    """The machine's rates for one device and dtype: the best of three tries of each product."""
    import torch

    square = torch.ones(2048, 2048, device=device, dtype=dtype)
    block, column = square[:, :256].contiguous(), square[:, :1].contiguous()
    compute, read = (min(_timed(square, other) for _ in range(3)) for other in (block, column))
    return Rates(
        flops=2 * square.numel() * block.shape[1] / compute,
        bytes_per_s=square.numel() * square.element_size() / read,
    )


def _timed(left: "torch.Tensor", right: "torch.Tensor") -> float:
    import torch

    started = time.perf_counter()
    product = left @ right
    if product.device.type == "cuda":
        torch.cuda.synchronize()
    float(product[0, 0])  # waits for devices that work behind the scenes
    return time.perf_counter() - started
