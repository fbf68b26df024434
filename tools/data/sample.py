"""A uniform sample of a stream of unknown length, with a seed (reservoir sampling: Vitter 1985, algorithm R)."""

import random
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Reservoir(Generic[Item]):
    """Holds `size` items drawn uniformly from all that were offered; the same seed and stream give the same items."""

    def __init__(self, size: int, seed: int) -> None:
        self.items: list[Item] = []
        self.offered = 0
        self._size = size
        self._random = random.Random(seed)

    def offer(self, item: Item) -> None:
        """Keep the item with probability size / offered, in the place of another."""
        self.offered += 1
        if len(self.items) < self._size:
            self.items.append(item)
        elif (place := self._random.randrange(self.offered)) < self._size:
            self.items[place] = item
