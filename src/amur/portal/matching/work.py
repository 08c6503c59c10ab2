"""The run of the room: the flanks of a request, looked up in the office's own gallery.

All or nothing, so a lost run is started again. Candidates at or above the threshold are said, at most three
of the office's animals for a flank; pairs that both sides decided to be different before are not asked again.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amur.formats.matching.flanks import decode
from amur.portal.audit.actions import batch
from amur.portal.identity.models import Flank
from amur.portal.matching import actions, files, holdings, log, queries
from amur.portal.matching.models import Round
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run
from amur.science.stripes import Gallery, side_of

NAME: Final = "matching.search"
MOST_ANIMALS: Final = 3
LEAST: Final = 0.05
STAGES: Final = {
    "gallery": _("Gathering our own flanks"),
    "search": _("Comparing"),
    "store": _("Storing what was found"),
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises ValueError naming the parameter that is wrong."""
    try:
        threshold = float(given["threshold"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("threshold: a number is needed") from error
    if not LEAST <= threshold <= 1:
        raise ValueError(f"threshold: from {LEAST} to 1")
    round_ = Round.objects.filter(page=str(given.get("round"))).first()
    if round_ is None or round_.role != Round.Role.ANSWERER:
        raise ValueError("round: it is not known, or the other office answers")
    return {"round": str(round_.page), "threshold": threshold}


def _work(task: Task) -> Outcome:
    run = task.run
    round_ = Round.objects.select_related("office", "partner").get(page=run.parameters["round"])
    if run.owner is not None and not may(run.owner, Verb.PUBLISH, Subject.MATCHING, round_.office):
        raise Refused([{"code": "no-right", "severity": "error"}])
    task.progress(0.0, "gallery")
    held = {str(flank.uuid): flank for flank in holdings.flanks(round_.office, round_.species)}
    gallery, names = _gallery(task, held)
    view = log.view(round_)
    answered = {pair.request for pair in view.pairs}
    requests = {name: one for name, one in view.flanks.items() if name not in answered}
    known_different = queries.decided_different(round_)
    calibration = holdings.calibration(round_.office, round_.species)
    threshold = run.parameters["threshold"]
    found: list[tuple[str, Flank, float, bool]] = []
    for number, (request, asked) in enumerate(sorted(requests.items())):
        task.progress(0.3 + 0.65 * number / len(requests), "search")
        record = files.read(asked.blob)
        if record is None:
            continue
        features = decode(record, side_of(str(asked.body["side"])), float(asked.body["quality"]))
        likely = []
        for candidate in gallery.search([features]).candidates:
            flank = held[candidate.evidence[0].entry.picture]
            probability = calibration.of_candidate(candidate)
            if probability >= threshold and (asked.blob, names[str(flank.uuid)]) not in known_different:
                likely.append((request, flank, probability, calibration.is_calibrated))
        found += sorted(likely, key=lambda each: -each[2])[:MOST_ANIMALS]
    task.progress(0.95, "store")
    with batch(), transaction.atomic():
        count = actions.answer(round_, found, len(requests), threshold, run.owner) if requests else 0
        task.require_own()
    return Outcome({"requests": len(requests), "candidates": count})


def _gallery(task: Task, held: Mapping[str, Flank]) -> tuple[Gallery, dict[str, str]]:
    """The office's flanks as a gallery, and of each flank the name under which its animal is compared."""
    gallery, names = Gallery(), {}
    for number, (name, flank) in enumerate(held.items()):
        task.progress(0.3 * number / len(held), "gallery")
        animal = holdings.animal_of(flank)
        encounter = str(flank.encounter.uuid)
        names[name] = str(animal.uuid) if animal is not None else encounter
        gallery.add(
            holdings.features(flank),
            picture=name,
            encounter=encounter,
            animal=str(animal.uuid) if animal is not None else None,
        )
    return gallery, names


def address(run: Run) -> str:
    """Back to the round."""
    return reverse("matching-round", kwargs={"page": run.parameters["round"]})


KIND: Final = Kind(
    name=NAME,
    label=_("Search for the animals of another office"),
    subject=Subject.MATCHING,
    work=_work,
    checked=checked,
    address=address,
    stages=STAGES,
)
