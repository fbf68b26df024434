"""A suite, its credits and a card, small enough to compute by hand."""

from prompts.suite import Suite
from sessions.card import CapabilityCard, Dimension, build_dimension, capability_card
from sessions.context import Context
from tools.cases import Case
from tools.results import Credit
from tools.run_suite import summarise

CONTEXT = Context(
    kind="model_inspection", model="tiny/model", weights_hash="ab12", dtype="float32", device="cpu", step=800
)

SUITE = Suite(
    capability="knowledge_mcq",
    scoring="binary",
    generator="knowledge_mcq/1",
    seed=7,
    cases=(
        Case(
            id="q-0",
            prompt="The capital of France is",
            subtype="geography",
            difficulty="easy",
            target="Paris",
            choices=("Rome", "Paris"),
            chance=0.5,
        ),
        Case(
            id="q-1",
            prompt="Water is made of",
            subtype="science",
            difficulty="easy",
            target="hydrogen",
            choices=("hydrogen", "gold"),
            chance=0.5,
        ),
        Case(
            id="q-2",
            prompt="Two and two is",
            subtype="science",
            difficulty="medium",
            target="four",
            choices=("four", "five"),
            chance=0.5,
        ),
        Case(id="q-3", prompt="The opposite of hot is", subtype="words", difficulty="medium", target="cold"),
    ),
    rejected=("duplicate", "duplicate", "the answer stands in the prompt"),
)

CREDITS = (
    # Not in the suite's order: credits come as they are known.
    Credit(case_id="q-2", value=0.0, output="five"),
    Credit(case_id="q-0", value=1.0, output="Paris", details={"log_prob": float("-inf")}),
    Credit(case_id="q-3", unscored_reason="the logits are not numbers", details={"log_prob": float("nan")}),
    Credit(case_id="q-1", value=1.0, output="hydrogen"),
)


def dimension(suite: Suite = SUITE, credits: tuple[Credit, ...] = CREDITS) -> Dimension:
    """The dimension of these credits, summed up as in earnest."""
    scores = summarise(suite.cases, credits, suite.scoring)
    return build_dimension(suite, credits, scores, {"threshold": 0.5})


def card(
    session: str = "s-000000", *dimensions: Dimension, request: str = "how good is it?"
) -> CapabilityCard:
    """A card of the sample dimension, or of the given ones."""
    return capability_card(
        dimensions or (dimension(),), session=session, request=request, context=CONTEXT, duration_s=1.5
    )


def with_output(output: str, prompt: str = "Say something.") -> CapabilityCard:
    """A card on which the model answered one prompt wrongly, with these words."""
    case = Case(id="x-0", prompt=prompt, subtype="any", difficulty="easy", target="right")
    suite = Suite(capability="knowledge_mcq", scoring="binary", generator="x/1", seed=0, cases=(case,))
    return card("s-000000", dimension(suite, (Credit(case_id="x-0", value=0.0, output=output),)))
