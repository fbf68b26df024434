"""Load another SAE: the demo one, a SAELens folder, or a release and its SAE's id."""

from collections.abc import Iterator

from agent.events import Event, Said
from agent.planner.arguments import LoadSae
from agent.workbench import Workbench
from tools.progress import Report


def run(arguments: LoadSae, bench: Workbench, report: Report) -> Iterator[Event]:
    """Put the SAE on the bench, beside its model; where that fails, the old one stays there."""
    sae = bench.use_sae(arguments.sae, report)
    yield Said(
        f"Loaded SAE {sae.name}: {sae.n_features:,} features ({sae.architecture}) at {sae.hook_name}, weights "
        f"{sae.weights_hash[:12]}."
    )
