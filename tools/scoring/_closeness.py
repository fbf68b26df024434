"""How near observed categories come to a reference distribution, as a score with its interval."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from tools.errors import UserError
from tools.results import Score
from tools.stats import kl_divergence, miller_madow

RESAMPLES = 5_000


def divergence_score(observed: Mapping[str, int], reference: Mapping[str, float], *, seed: int = 0) -> Score:
    """1 - KL(P‖Q) / max KL of observed category counts (P) against reference weights (Q, normalised here).

    The largest divergence is -ln(min q), all mass on the rarest category. `details` hold kl, max_kl (nats),
    the bias-corrected value, both distributions and how the interval was made. None, with the reason, where
    nothing was observed, where an observed category has no weight in the reference (the divergence is
    infinite), where the reference has one category only, and where there are fewer observations than
    categories: then even the most even sample could not reach 1. Raises UserError for weights that are
    negative, not finite or all 0.
    """
    return grouped_divergence_score({"all": (observed, reference)}, seed=seed)


def grouped_divergence_score(
    groups: Mapping[str, tuple[Mapping[str, int], Mapping[str, float]]], *, seed: int = 0
) -> Score:
    """The same over groups that have categories of their own (label sets): name -> (observed, reference).

    Divergence and largest divergence are means over the groups, weighted by their observations: the chain
    rule of relative entropy (Cover and Thomas 2006, theorem 2.5.3) with the groups' sizes given. Groups
    that cannot be scored are left out and named; an infinite divergence in one leaves the whole unscored.
    """
    scored: list[_Group] = []
    left_out: dict[str, str] = {}
    for name, (observed, reference) in groups.items():
        group = _Group.of(name, observed, reference)
        if isinstance(group, _Group):
            scored.append(group)
        else:
            left_out[name] = group.reason
            if group.fatal:
                return _unscored(group.reason)
    if not scored:
        return _unscored("; ".join(dict.fromkeys(left_out.values())) or "Nothing was observed.")
    n = sum(group.n for group in scored)
    max_kl = sum(group.n * group.max_kl for group in scored) / n
    kl = sum(group.n * group.kl for group in scored) / n
    corrected = sum(group.n * miller_madow(group.kl, group.counts) for group in scored) / n
    value = _unit(1 - kl / max_kl)
    details: dict[str, JsonValue] = {
        "kl": kl,
        "max_kl": max_kl,
        "bias_corrected": _unit(1 - corrected / max_kl),
        "interval_method": "smoothed_bootstrap",
        "resamples": RESAMPLES,
        "seed": seed,
    }
    if len(groups) == 1:
        details |= scored[0].distributions()
    else:
        details["groups"] = {group.name: group.distributions() for group in scored}
        details["left_out"] = dict(left_out)
    explanation = (
        f"1 - KL / max KL = 1 - {kl:.4f} / {max_kl:.4f} nats over {n} observations; 95 % interval from "
        f"{RESAMPLES:,} bootstrap resamples."
    )
    if left_out:
        explanation += f" Left out: {'; '.join(f'{name} ({why})' for name, why in left_out.items())}."
    return Score(
        value=value, interval=_interval(scored, value, seed), n=n, explanation=explanation, details=details
    )


@dataclass(frozen=True)
class _Unscorable:
    reason: str
    fatal: bool = False


@dataclass(frozen=True)
class _Group:
    """Counts and reference probabilities of the same categories, in the same order."""

    name: str
    categories: tuple[str, ...]
    counts: tuple[int, ...]
    reference: tuple[float, ...]

    @staticmethod
    def of(name: str, observed: Mapping[str, int], weights: Mapping[str, float]) -> "_Group | _Unscorable":
        total = sum(weights.values())
        if not all(weight >= 0 for weight in weights.values()) or not 0 < total < math.inf:
            raise UserError(
                "A reference distribution has weights that are not negative and not all 0.",
                "Give one weight for each category, e.g. yes=0.5, no=0.5.",
            )
        if any(count < 0 for count in observed.values()):
            raise ValueError("counts are not negative")
        strangers = [category for category, count in observed.items() if count and not weights.get(category)]
        if strangers:
            listed = ", ".join(repr(category) for category in strangers[:3])
            return _Unscorable(
                f"the divergence is infinite: the reference does not have {listed}", fatal=True
            )
        # A category that neither side has adds nothing, and -ln(min q) is over those that the reference has.
        categories = tuple(category for category, weight in weights.items() if weight)
        counts = tuple(observed.get(category, 0) for category in categories)
        if len(categories) < 2:
            return _Unscorable("a reference with one category leaves nothing to measure")
        if sum(counts) < len(categories):
            return _Unscorable(f"{sum(counts)} observations of {len(categories)} categories are too few")
        return _Group(name, categories, counts, tuple(weights[category] / total for category in categories))

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def observed(self) -> tuple[float, ...]:
        return tuple(count / self.n for count in self.counts)

    @property
    def kl(self) -> float:
        return kl_divergence(self.observed, self.reference)

    @property
    def max_kl(self) -> float:
        return -math.log(min(self.reference))

    def distributions(self) -> dict[str, JsonValue]:
        return {
            "n": self.n,
            "counts": dict(zip(self.categories, self.counts, strict=True)),
            "observed": dict(zip(self.categories, self.observed, strict=True)),
            "reference": dict(zip(self.categories, self.reference, strict=True)),
        }


def _interval(groups: Sequence[_Group], value: float, seed: int) -> tuple[float, float]:
    """Bootstrap interval of the score, clipped to [0, 1] and containing the value.

    Resampling the frequencies as they are fails at both ends: a sample of one category resamples to itself,
    and at perfect balance every resample is worse, because each draw adds the small-sample bias once more.
    So the draws come from frequencies with half an observation added to each category (Krichevsky and
    Trofimov 1981), and the interval spans the percentile and the basic interval (Davison and Hinkley 1997,
    sections 5.2, 5.3), which lean to opposite sides. Simulated coverage for 2 to 6 categories and n of 6 to
    100: 94 % or more.
    """
    import numpy as np
    from scipy.special import rel_entr

    rng = np.random.default_rng(seed)
    resampled, centre, largest = np.zeros(RESAMPLES), 0.0, 0.0
    for group in groups:
        smooth = (np.array(group.counts) + 0.5) / (group.n + 0.5 * len(group.counts))
        draws = rng.multinomial(group.n, smooth, size=RESAMPLES) / group.n
        reference = np.array(group.reference)
        resampled += group.n * rel_entr(draws, reference).sum(axis=1)
        centre += group.n * float(rel_entr(smooth, reference).sum())
        largest += group.n * group.max_kl
    low, high = np.quantile(1 - resampled / largest, [0.025, 0.975])
    middle = 1 - centre / largest
    bounds = (float(low), float(high), 2 * middle - float(high), 2 * middle - float(low), value)
    return _unit(min(bounds)), _unit(max(bounds))


def _unit(value: float) -> float:
    """Rounding leaves values a few 1e-16 outside."""
    return min(1.0, max(0.0, value))


def _unscored(reason: str) -> Score:
    return Score(value=None, interval=None, n=0, explanation=reason[:1].upper() + reason[1:])
