"""What hot spots are asked for: an office, finds, a period, cells, a factor. Knows no request.

>>> HotspotQuestion.of({"office": "ours", "cell": "2000"}).as_dict()
{'office': 'ours', 'cell': 2000}
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amur.portal.patrol_queries.asking import Question, Wrong

FACTORS: Final = (1.1, 100.0)
FIELDS: Final = ("office", "category", "start", "end", "cell", "area")


@dataclass(frozen=True, slots=True)
class HotspotQuestion:
    """Where finds for each kilometre are more than `factor` times the overall rate.

    `rate` is the question to the season whose finds and kilometres are meant.
    """

    rate: Question
    factor: float = 2.0

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "HotspotQuestion":
        """What a mapping of words asks. Raises Wrong, with all that is wrong."""
        problems: dict[str, str | Promise] = {}
        words = {name: given.get(name) for name in FIELDS}
        rate = Question("finds_per_km")
        try:
            rate = Question.of({"measure": "finds_per_km", **words})
        except Wrong as wrong:
            problems.update(wrong.problems)
        if not str(words["office"] or "").strip():
            problems["office"] = _("Choose an office.")
        factor = _factor(str(given.get("factor") or "2"))
        if factor is None:
            problems["factor"] = _("The factor is a number from 1.1 to 100, such as 2.")
        if factor is None or problems:
            raise Wrong(problems)
        return cls(rate, factor)

    def as_dict(self) -> dict[str, Any]:
        """What the question says, without what is empty or usual; for addresses and JSON."""
        told = {name: value for name, value in self.rate.as_dict().items() if name in FIELDS}
        return told if self.factor == 2.0 else {**told, "factor": self.factor}


def _factor(word: str) -> float | None:
    """The factor that a word says; None when it says none."""
    try:
        found = float(word.strip().replace(",", "."))
    except ValueError:
        return None
    least, most = FACTORS
    return found if math.isfinite(found) and least <= found <= most else None
