"""A tiny model that HF Trainer teaches one skill, then another: the panel sees the first fall and the second rise.

The training text is the suites' own prompts with their answers: the panel is tested here, not what a model can learn.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agent.doors.regressions_view import regressions_panel
from agent.doors.script import open_session
from prompts.suite import Suite, write_suite
from sessions.card import RegressionsCard
from sessions.export import html, markdown, png
from sessions.export._report import report_of
from tests.conftest import make_tokenizer

N = 12
SEED = 5
SAVE_STEPS = 50
FORGOTTEN, LEARNT = "factual_recall", "arithmetic"
FIRST, FULL, LATER, LAST = (SAVE_STEPS * place for place in (1, 2, 3, 4))
"""Steps that are saved: two while facts are learnt, two while sums are."""


def _suites() -> tuple[Suite, Suite]:
    """The ones that the session will write for itself from the same seed."""
    facts = write_suite(FORGOTTEN, N, seed=SEED, difficulty="easy")
    sums = write_suite(LEARNT, N, seed=SEED, difficulty="easy", subtypes=("addition",))
    return facts, sums


def _texts(tokenizer: Any) -> tuple[list[str], list[str]]:
    facts, sums = _suites()
    cloze = [f"{case.prompt} {case.target}" for case in facts.cases]
    chats = [
        tokenizer.apply_chat_template(
            [
                {"role": "user", "content": case.prompt},
                {"role": "assistant", "content": f"The answer is {case.target}."},
            ],
            tokenize=False,
        ).removeprefix("<|bos|>")  # the tokenizer puts it there
        for case in sums.cases
    ]
    return cloze, chats


def _train(folder: Path) -> None:
    """Half of the steps on facts, then the other half on sums alone."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, Trainer, TrainingArguments

    tokenizer = make_tokenizer()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=len(tokenizer),
                hidden_size=64,
                intermediate_size=128,
                num_hidden_layers=2,
                num_attention_heads=4,
                max_position_embeddings=512,
                bos_token_id=0,
                eos_token_id=1,
                pad_token_id=2,
            )
        )
        cloze, chats = (
            [{"input_ids": tokenizer(text)["input_ids"]} for text in texts] for texts in _texts(tokenizer)
        )

        def collate(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
            batch = tokenizer.pad(list(rows), return_tensors="pt")
            return {**batch, "labels": batch["input_ids"].masked_fill(batch["attention_mask"] == 0, -100)}

        Trainer(
            model=model,
            args=TrainingArguments(
                str(folder),
                max_steps=LAST,
                save_steps=SAVE_STEPS,
                per_device_train_batch_size=N,
                train_sampling_strategy="sequential",
                learning_rate=3e-3,
                lr_scheduler_type="constant",
                use_cpu=True,
                report_to=[],
                save_only_model=True,
                disable_tqdm=True,
                logging_strategy="no",
                seed=0,
            ),
            train_dataset=(cloze + cloze) * SAVE_STEPS + (chats + chats) * SAVE_STEPS,
            data_collator=collate,
            processing_class=tokenizer,
        ).train()


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegressionsCard]:
    folder = tmp_path_factory.mktemp("training")
    _train(folder / "run")
    same = {"n_prompts": N, "difficulty": "easy"}
    wanted = [{"capability": FORGOTTEN, **same}, {"capability": LEARNT, "subtypes": ["addition"], **same}]
    with open_session(checkpoints=str(folder / "run"), seed=SEED, store_folder=folder / "store") as session:
        session.do("run_benchmark", dimensions=wanted)
        (card,) = session.do("show_regressions").cards
        assert isinstance(card, RegressionsCard)
        yield card


def test_every_checkpoint_of_the_trainer_is_on_the_panel_on_the_same_suites(panel: RegressionsCard) -> None:
    assert panel.steps == (FIRST, FULL, LATER, LAST)
    assert [each.suite.hash for each in panel.dimensions] == [suite.hash for suite in _suites()]
    for dimension in panel.dimensions:
        assert [point.step for point in dimension.points] == [FIRST, FULL, LATER, LAST]
        assert {point.n for point in dimension.points} == {N}
        assert len({point.weights_hash for point in dimension.points}) == 4


def test_what_was_forgotten_is_a_real_drop_from_the_step_that_knew_it_best(panel: RegressionsCard) -> None:
    forgotten = panel.dimensions[0]
    scores = {point.step: point.score or 0.0 for point in forgotten.points}
    assert scores[FULL] > 80.0
    assert scores[LATER] < 5.0
    assert scores[LAST] < 5.0
    assert forgotten.best_step == FULL
    assert forgotten.rise is None
    drop = forgotten.drop
    assert drop is not None
    assert (drop.earlier, drop.later) == (FULL, LAST)
    # All twelve pairs worse: 2 / 2^12 of the sign flips; Holm over six tests leaves at most six times that.
    assert drop.result.p == pytest.approx(2 / 2**N)
    assert drop.result.p_corrected is not None
    assert drop.result.p_corrected <= 6 * 2 / 2**N
    assert forgotten.drop_told.endswith(f", more than half of it by step {LATER}.")


def test_what_was_learnt_is_a_real_rise_and_no_drop(panel: RegressionsCard) -> None:
    learnt = panel.dimensions[1]
    scores = {point.step: point.score or 0.0 for point in learnt.points}
    assert (scores[FIRST], scores[FULL]) == (0.0, 0.0)
    assert scores[LAST] >= 75.0
    assert learnt.best_step in (LATER, LAST)
    assert learnt.drop is None
    rise = learnt.rise
    assert rise is not None
    assert (rise.earlier, rise.later) == (FIRST, LAST)
    # Only better ones: 2 / 2^n_better, at most 2 / 2^9 = 0.0039 each; Holm over six tests leaves at most 0.024.
    assert rise.result.n_worse == 0
    assert rise.result.p == pytest.approx(2 / 2**rise.result.n_better)
    assert rise.result.p_corrected is not None
    assert rise.result.p_corrected <= 6 * 2 / 2**rise.result.n_better
    assert f"{LEARNT} rose by {scores[LAST]:.1f} from step {FIRST} to {LAST}" in learnt.rise_told


def test_the_panel_and_every_export_tell_both(panel: RegressionsCard) -> None:
    assert panel.n_tests == 6
    console = Console(width=200, record=True, file=StringIO())
    console.print(regressions_panel(panel))
    for shown in (console.export_text(), markdown.render(panel).replace("\\", ""), html.render(panel)):
        assert panel.drops[0] in shown
        assert panel.rises[0] in shown
    assert report_of(panel).figure == "1 lost, 1 gained"
    assert png.render(panel).startswith(b"\x89PNG")
