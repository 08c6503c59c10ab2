"""The words of the room: titles of tables and columns, rules, findings, names of species."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.portal.languages.codes import Language
from amur.portal.runs.queries import PROBLEMS as RUN_PROBLEMS
from amur.portal.species.queries import all_species

Words = str | Promise
TABLES: Final[Mapping[str, Words]] = {
    "effort": _("Effort"),
    "species": _("Species: events, index, occupancy"),
    "months": _("Effort and events by month"),
    "stations": _("Stations"),
    "matrix-effort": _("Effort of the detection matrices, days"),
    "accumulation": _("Accumulation with effort"),
    "richness": _("How many there are at least (Chao2)"),
    "levels": _("Activity level"),
    "activity": _("Activity through the day"),
    "overlap": _("Overlap of activity"),
    "alive": _("Known animals by year"),
    "flanks": _("Lowest and highest number by flanks"),
    "families": _("Females with cubs by year"),
    "captures": _("Capture history"),
    "capture-effort": _("Effort of the capture history, days"),
    "findings": _("What was left out, and what to look at"),
}
MATRIX: Final = _("Detection matrix of %(species)s")
COLUMNS: Final[Mapping[str, Words]] = {
    "definition": _("Definition"),
    "camera_days": _("Camera days"),
    "trap_days": _("Trap days"),
    "stations": _("Stations"),
    "stations_without_effort": _("Stations without effort"),
    "used": _("Used here"),
    "species": _("Species"),
    "records": _("Records"),
    "events": _("Independent events"),
    "animals_in_events": _("Animals in events"),
    "index": _("Events per 100 trap days"),
    "index_lower": _("Index, lower limit"),
    "index_upper": _("Index, upper limit"),
    "occupancy": _("Share of stations"),
    "occupancy_lower": _("Share, lower limit"),
    "occupancy_upper": _("Share, upper limit"),
    "month": _("Month"),
    "station": _("Station"),
    "first_day": _("First day"),
    "last_day": _("Last day"),
    "deployments": _("Deployments"),
    "days_span": _("Trap days by the span"),
    "days_calendar": _("Trap days by the calendar"),
    "what": _("What"),
    "expected": _("Expected number"),
    "observed": _("Observed"),
    "chao2": _("Chao2"),
    "se": _("Standard error"),
    "lower": _("Lower limit"),
    "upper": _("Upper limit"),
    "level": _("Activity level"),
    "hour": _("Hour"),
    "share_per_hour": _("Share of events per hour"),
    "first": _("First species"),
    "second": _("Second species"),
    "events_first": _("Events of the first"),
    "events_second": _("Events of the second"),
    "estimator": _("Estimator"),
    "overlap": pgettext_lazy("activity", "Overlap"),
    "year": _("Year"),
    "seen": _("Seen"),
    "known_alive": _("Known alive"),
    "new": pgettext_lazy("animals", "New"),
    "gone": pgettext_lazy("animals", "Gone"),
    "turnover": _("Turnover"),
    "left_only": _("Left flank only"),
    "right_only": _("Right flank only"),
    "both": _("Both flanks"),
    "side_unknown": _("Flank not told"),
    "lowest": _("Lowest number"),
    "highest": _("Highest number"),
    "females_with_cubs": _("Females with cubs"),
    "cubs": _("Cubs"),
    "visits_without_known_female": _("Visits of cubs without a known female"),
    "individual": _("Individual"),
    "occasion": _("Occasion"),
    "sex": _("Sex"),
    "finding": _("Finding"),
}
CELLS: Final[Mapping[str, Words]] = {
    "span": _("time between start and end"),
    "calendar": _("days of the calendar"),
    "species": _("species"),
    "individuals": _("individuals"),
}
RULES: Final[Mapping[str, Words]] = {
    "span": _("trap days by the time between start and end, outages left out"),
    "calendar": _("trap days of the calendar: the first and the last day a half, days of an outage none"),
    "last-record": _("a new event begins so long after the last record"),
    "last-event": _("a new event begins so long after the last event began"),
    "all": _("identities as they are given"),
    "left": _("pictures of the left flank only"),
    "right": _("pictures of the right flank only"),
    "linked": _("animals known from both flanks"),
    "minimum": _("animals known from both flanks, and those of the flank with more of them"),
    "survey": _("with the survey"),
    "station": _("with each station"),
    "event": pgettext_lazy("observation", "sequence"),
    "media": pgettext_lazy("observation", "picture"),
}
FINDINGS: Final[Mapping[str, Words]] = {
    "outside-deployment": _("Records outside the time of their deployment; check its dates and the clock"),
    "camera-idle": _("Records on days for which the camera has no effort; check the outages"),
    "stations-without-effort": _("Stations without effort: not available, no zeros"),
    "no-sun": _("Events whose place is unknown or where the sun does not rise and set"),
    "flank-left-out": _("Records of known animals that the policy of flanks leaves out"),
    "unidentified": _("Records of the species in which nobody knows the animal"),
    "single-record-animals": _("Animals met once: they may be others in truth, and then raise every number"),
}
PROBLEMS: Final[dict[str, Words]] = {
    "no-right": _("You may no longer count for this office."),
    "survey-gone": _("The survey is not there any more."),
    "no-effort": _("No camera worked in the period and the place of this survey."),
    **RUN_PROBLEMS,
}


def species_words(name: str, language: Language) -> str:
    """A species as the list of the centre calls it in a language, else its scientific name."""
    for row in all_species():
        if row.fields["scientific_name"] == name:
            return row.names.text(language) or name
    return name


def table_title(name: str, language: Language) -> str:
    """The title of a table; detection matrices name their species."""
    kind, _colon, species = name.partition(":")
    return (
        str(MATRIX) % {"species": species_words(species, language)} if kind == "matrix" else str(TABLES[name])
    )


def column_title(name: str) -> str:
    """The title of a column; occasions are o1, o2, … in all languages."""
    return str(COLUMNS.get(name, name))
