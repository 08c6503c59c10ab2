"""How well people agree beyond chance: kappa of two (Cohen) and of several raters (Fleiss).

Called by the rooms in which several people look at the same thing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's kappa of two raters over the things that both rated; None where it is not defined.

    kappa = (observed - expected) / (1 - expected), with the agreement expected from each rater's own shares
    (Cohen 1960). It is not defined without things, and where both always say the same one word.

    >>> round(cohen_kappa([("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15), 3)
    0.4
    >>> cohen_kappa([("a", "a")]) is None
    True
    """
    if not pairs:
        return None
    count = len(pairs)
    first, second = Counter(one for one, _other in pairs), Counter(other for _one, other in pairs)
    observed = sum(one == other for one, other in pairs) / count
    expected = sum(first[word] * second[word] for word in first) / count**2
    return None if expected >= 1 else (observed - expected) / (1 - expected)


def fleiss_kappa(ratings: Sequence[Sequence[Hashable]]) -> float | None:
    """Fleiss' kappa of things that were each rated by two or more, not always the same people.

    Things with fewer than two ratings are left out; each thing weighs by its ratings (Fleiss 1971, with
    unequal numbers of ratings after Gwet). None where it is not defined.

    >>> fleiss_kappa([["a", "a", "a"], ["b", "b", "b"]])
    1.0
    """
    rated = [Counter(words) for words in ratings if len(words) > 1]
    total = sum(words.total() for words in rated)
    if not total:
        return None
    observed = sum(
        sum(number * (number - 1) for number in words.values()) / (words.total() - 1) for words in rated
    )
    overall: Counter[Hashable] = sum(rated, Counter())
    expected = sum((number / total) ** 2 for number in overall.values())
    return None if expected >= 1 else (observed / total - expected) / (1 - expected)
