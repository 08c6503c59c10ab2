"""Vectors of a learned network beside the local features: a table, a shortlist, and both answers in one.

An office makes the vectors elsewhere with weights of its own. Answers are joined after each was turned into a
probability, as scores of different methods have no common scale (Cermak et al. 2024, WildFusion).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

LOWEST: Final = 1e-6


class Embeddings:
    """One vector (dimension,) for each picture, all of one network, whose name is `network`.

    >>> table = Embeddings("network 1", 2)
    >>> table.put("a", [3, 0]); table.put("b", [1, 1])
    >>> [(name, round(value, 3)) for name, value in table.shortlist([1, 0.1], 5)]
    [('a', 0.995), ('b', 0.774)]
    """

    def __init__(self, network: str, dimension: int) -> None:
        self.network = network
        self.dimension = dimension
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def __len__(self) -> int:
        return len(self._vectors)

    def put(self, picture: str, vector: ArrayLike) -> None:
        """Keep the vector of a picture in place of an older one. Raises ValueError."""
        self._vectors[picture] = self._checked(vector)

    def remove(self, picture: str) -> None:
        """Forget a picture. Raises KeyError when it is not there."""
        del self._vectors[picture]

    def shortlist(
        self, vector: ArrayLike, count: int, exclude: Container[str] = ()
    ) -> list[tuple[str, float]]:
        """The `count` pictures nearest to a vector, with the cosine. Raises ValueError."""
        wanted = self._checked(vector)
        names = [name for name in sorted(self._vectors) if name not in exclude]
        if not names:
            return []
        cosines = np.stack([self._vectors[name] for name in names]) @ wanted
        order = np.argsort(-cosines, kind="stable")[:count]
        return [(names[k], float(cosines[k])) for k in order]

    def _checked(self, vector: ArrayLike) -> NDArray[np.float32]:
        given = np.asarray(vector, np.float64)
        if given.shape != (self.dimension,):
            raise ValueError(f"{self.network} gives vectors of {self.dimension} numbers, not {given.shape}")
        length = float(np.linalg.norm(given))
        if not np.isfinite(length) or length == 0:
            raise ValueError(f"a vector of {self.network} has no direction")
        found: NDArray[np.float32] = (given / length).astype(np.float32)
        return found


def fuse(*answers: Mapping[str, float], missing: float = LOWEST) -> list[tuple[str, float]]:
    """Animals by the mean of their calibrated probabilities in several answers, the likeliest first.

    Whom an answer does not list has the probability `missing` there.

    >>> fuse({"T1": 0.9, "T2": 0.2}, {"T2": 0.6})
    [('T1', 0.4500005), ('T2', 0.4)]
    """
    names = sorted({name for answer in answers for name in answer})
    means = {name: sum(answer.get(name, missing) for answer in answers) / len(answers) for name in names}
    return sorted(means.items(), key=lambda item: (-item[1], item[0]))
