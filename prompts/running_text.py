"""Prompts that make a model write running text of many kinds: the material of SAE training and of baselines.

Chat prompts ask for a piece of writing on a topic; openings are the first words of a text that a model goes on
with. Every form meets every topic, in an order that the seed shuffles.
"""

import random

FORMS = (
    "Write a short story about {}.",
    "Explain {} to a curious ten-year-old.",
    "Write a news report about {}.",
    "Write an encyclopedia article about {}.",
    "Write a letter to a friend about {}.",
    "Write a dialogue between two people who argue about {}.",
    "What is the history of {}?",
    "Give advice to somebody who wants to learn about {}.",
    "What are common misunderstandings about {}?",
    "Write a diary entry that mentions {}.",
    "Write a speech about {}.",
    "Describe how {} affects everyday life, with examples.",
    "Write a product review that has to do with {}.",
    "Write the opening chapter of a novel in which {} matters.",
    "Summarize what scientists know about {}.",
    "Write an opinion column about {}.",
    "Compare {} now with a hundred years ago.",
    "Write a poem about {}.",
    "Write an interview with an expert on {}.",
    "Write step-by-step instructions that involve {}.",
)

OPENINGS = (
    "The most surprising thing about {} is",
    "In the nineteenth century, {}",
    "She had never thought much about {} until",
    "According to a report published on Tuesday, {}",
    "When people talk about {}, they usually",
    "This chapter is about {}. It",
    "My grandfather always said that {}",
    "There are three reasons why {}",
    "Researchers who study {} have found that",
    "It was raining in the city, and {}",
    "The committee met to discuss {}, and",
    "To understand {}, one has to",
)

TOPICS = (
    *("volcanoes", "the moon", "rivers", "winter storms", "forests", "the ocean", "deserts", "earthquakes"),
    *("dogs", "honey bees", "whales", "horses", "spiders", "birds of prey", "dinosaurs", "mushrooms"),
    *("bread", "coffee", "chocolate", "rice", "soup", "wine", "street food", "school lunches"),
    *(
        "the printing press",
        "railways",
        "bicycles",
        "electric cars",
        "aeroplanes",
        "bridges",
        "computers",
        "robots",
    ),
    *("the Roman Empire", "ancient Egypt", "the French Revolution", "the Silk Road", "pirates", "castles"),
    *(
        "elections",
        "taxes",
        "courts and judges",
        "police work",
        "immigration",
        "trade unions",
        "war and peace",
    ),
    *("hospitals", "vaccines", "sleep", "the human heart", "old age", "exercise", "pain", "pregnancy"),
    *("football", "chess", "the Olympic Games", "mountain climbing", "swimming", "video games"),
    *("jazz", "oil painting", "theatre", "photography", "opera", "cinema", "folk songs", "poetry"),
    *("money", "banks", "inflation", "small businesses", "advertising", "housing", "farming", "fishing"),
    *("friendship", "marriage", "loneliness", "children", "neighbours", "anger", "hope", "fear"),
    *(
        "God and religion",
        "philosophy",
        "mathematics",
        "probability",
        "language",
        "memory",
        "time",
        "black holes",
    ),
    *(
        "Python programs",
        "databases",
        "the internet",
        "passwords",
        "artificial intelligence",
        "open-source software",
    ),
    *("Paris", "Tokyo", "New York", "London", "India", "Brazil", "Kenya", "Russia", "China", "Australia"),
    *("gardens", "clothes", "furniture", "letters", "libraries", "markets", "trains", "islands", "schools"),
)


def chat_prompts(n: int, seed: int = 0) -> list[str]:
    """At most n different requests for a piece of writing."""
    return _filled(FORMS, n, seed)


def openings(n: int, seed: int = 0) -> list[str]:
    """At most n different beginnings of a text."""
    return _filled(OPENINGS, n, seed)


def _filled(templates: tuple[str, ...], n: int, seed: int) -> list[str]:
    filled = [template.format(topic) for template in templates for topic in TOPICS]
    random.Random(seed).shuffle(filled)
    return filled[:n]
