"""A survey from camera records: the deployments of a camera survey, and who was met there."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _

from amur.portal.population.sources import Given, Wrong
from amur.portal.population.uploads import MOST_DETECTORS, MOST_POINTS, too_many
from amur.portal.surveys.models import CameraSurvey
from amur.portal.surveys.queries import Captured, Doubts, NoPlaces, capture_history
from amur.science.cameras import Rules
from amur.science.capture import Survey
from amur.science.capture.data import Kind

TOLD: Final = 8
"""Names of animals or stations that a sentence lists."""


@dataclass(frozen=True)
class CameraRecords:
    """The capture history of a species, with trap days as effort, in a buffer around the stations.

    Animals that two offices know together bear one passport, which is their name here: in a joint analysis
    they count once. `columns` are those of the mask's grid, `buffer` is in metres.
    """

    survey: CameraSurvey
    scientific_name: str
    rules: Rules
    kind: Kind
    buffer: float
    columns: int

    @property
    def crs(self) -> str:
        """The UTM zone of the stations. Raises Wrong."""
        return self._history[0].crs

    @cached_property
    def _history(self) -> tuple[Captured, Doubts]:
        try:
            return capture_history(self.survey, self.scientific_name, self.rules)
        except NoPlaces as gap:
            names = ", ".join(gap.stations[:TOLD])
            raise Wrong(
                {
                    "survey": [
                        _("Stations have no place: %(names)s. Give it, or leave them out.") % {"names": names}
                    ]
                }
            ) from gap
        except ValueError as error:
            raise Wrong(
                {
                    "survey": [
                        _(
                            "No known animal of this species was met by a camera of this survey. Identify "
                            "animals first, or choose another period, species or policy of flanks."
                        )
                    ]
                }
            ) from error

    def read(self) -> Given:
        """The survey. Raises Wrong."""
        captured, doubts = self._history
        if len(captured.stations) > MOST_DETECTORS:
            raise Wrong({"survey": [_("At most %(most)s stations are possible.") % {"most": MOST_DETECTORS}]})
        name = str(self.survey.period_start.year)
        session = captured.session(name, buffer=self.buffer, columns=self.columns, kind=self.kind)
        if len(session.mask.points) > MOST_POINTS:
            raise Wrong({"columns": [too_many(len(session.mask.points))]})
        return Given(Survey((session,)), self.buffer, (str(self.survey.names),), self._notes(doubts))

    def _notes(self, doubts: Doubts) -> tuple[dict[str, Any], ...]:
        """What the analyst should look at."""
        notes = [
            _note("records-rules", days=self.rules.occasion_days, policy=self.rules.flanks),
        ]
        if doubts.ghosts:
            names = ", ".join(doubts.ghosts[:TOLD])
            notes.append(_note("records-ghosts", count=len(doubts.ghosts), names=names))
        if doubts.weak:
            notes.append(_note("records-weak", count=doubts.weak))
        if doubts.left_out:
            notes.append(_note("records-left-out", count=doubts.left_out))
        return tuple(notes)


def _note(code: str, **params: Any) -> dict[str, Any]:
    return {"code": code, "params": params, "file": "", "row": None, "column": None}
