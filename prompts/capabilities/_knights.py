"""Knights and knaves, from reasoning-gym's generator, asked as a yes/no question about one inhabitant."""

import random

from tools.cases import Difficulty


def knights(difficulty: Difficulty, wanted: bool, rng: random.Random) -> tuple[str, str] | None:
    """Story and question ("Is Emma a knight?") with the wanted answer; the story has exactly one solution.

    Easy, medium, hard: two, three, four inhabitants. Xie et al. (2024), arXiv:2410.23123, as in reasoning-gym.
    """
    # 0.7 s, because importing any part of reasoning_gym imports all of it.
    from reasoning_gym.logic.knights_knaves import KKProblemFormatter, KKProblemSampler

    n_people = {"easy": 2, "medium": 3, "hard": 4}[difficulty]
    problems = KKProblemSampler(rng.getrandbits(32), n_people).sample_valid_problems(1)
    if not problems:
        return None
    told = KKProblemFormatter(rng.getrandbits(32), problems[0]).format_problem()
    asked = [i for i, is_knight in enumerate(told["solution"]) if is_knight == wanted]
    if not asked:
        return None
    # The story ends with a question of its own about all of them.
    story = told["quiz"].partition(" So who is")[0]
    return story, f"Is {told['names'][rng.choice(asked)]} {told['knight_knave']['a_knight']}?"
