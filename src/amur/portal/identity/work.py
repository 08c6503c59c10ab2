"""The runs of the room: taking features, and searching. Both do what is still to be done, so they can go on.

"identity.features" gathers encounters and describes every flank that was not described yet, one by one: what
is done stays when it is cancelled or lost. "identity.search" learns from decisions, searches for every
encounter that waits (or for one that is named), and suggests groups among visits without names.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amur.portal.cameras.models import CameraProject
from amur.portal.identity import cutting, files, galleries, keeping, learning
from amur.portal.identity.gathering import gather
from amur.portal.identity.models import Encounter, Flank, GalleryState
from amur.portal.identity.queries import MARKED, unscored
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run
from amur.science.stripes import UnusablePicture, clusters, features_of

FEATURES: Final = "identity.features"
SEARCH: Final = "identity.search"
FEWEST: Final = 1
"""A flank with fewer features is listed as without."""
STAGES: Final = {
    "gather": _("Looking for animals with marked coats"),
    "describe": _("Describing flanks"),
    "open": _("Opening the gallery"),
    "learn": _("Learning from decisions"),
    "search": _("Searching"),
    "comparing": _("Comparing visits without names"),
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises ValueError naming the parameter that is wrong."""
    species = str(given.get("species") or "")
    if species not in MARKED:
        raise ValueError(f"species: one of {', '.join(MARKED)} is needed")
    encounter = given.get("encounter")
    if encounter and not Encounter.objects.filter(uuid=str(encounter)).exists():
        raise ValueError("encounter: it is not known")
    return {
        "species": species,
        "encounter": str(encounter) if encounter else None,
        "groups": bool(given.get("groups")),
    }


def _office(task: Task) -> Office:
    office = task.run.office
    if office is None:
        raise ValueError(f"run {task.run.uuid} has no office")
    if task.run.owner is not None and not may(task.run.owner, Verb.ADD, Subject.CAMERAS, office):
        raise Refused([{"code": "no-right", "severity": "error"}])
    return office


def _describe(task: Task) -> Outcome:
    office, species = _office(task), task.run.parameters["species"]
    made = gone = 0
    for project in CameraProject.objects.filter(office=office):
        task.progress(0.0, "gather")
        found = gather(project)
        made, gone = made + found.made, gone + found.gone
    waiting = [one for one in unscored(office, species) if not one.problem]
    described = 0
    for number, flank in enumerate(waiting):
        task.progress(number / len(waiting), "describe")
        described += describe(flank)
    return Outcome(
        {
            "encounters": made,
            "gone": gone,
            "flanks": len(waiting),
            "described": described,
            "without": unscored(office, species).count(),
            "species": species,
        }
    )


def describe(flank: Flank) -> bool:
    """Take the features of a flank and keep them; whether there are any. What hinders is noted in its row."""
    try:
        features = features_of(cutting.chip_for(flank))
    except cutting.NoPicture as nothing:
        Flank.objects.filter(pk=flank.pk).update(problem=nothing.code)
        return False
    except UnusablePicture:
        Flank.objects.filter(pk=flank.pk).update(problem="no-box")
        return False
    enough = len(features) >= FEWEST
    Flank.objects.filter(pk=flank.pk).update(
        features=files.keep("features", features.to_bytes()) if enough else "",
        points=len(features),
        quality=features.quality.overall,
        problem="" if enough else "no-features",
    )
    return enough


def _search(task: Task) -> Outcome:
    office, given = _office(task), task.run.parameters
    species = given["species"]
    state = galleries.state_of(office, species)
    task.progress(0.0, "learn")
    chances = learning.learned(state)
    GalleryState.objects.filter(pk=state.pk).update(calibration=chances.to_json())
    with keeping.alone(office, species) as place:
        there = galleries.opened(
            office, species, place, lambda share, stage: task.progress(share * 0.3, stage)
        )
    for flank in there.lost:  # described anew by the next run of the other kind
        Flank.objects.filter(pk=flank.pk).update(features="", points=None)
    waiting = _waiting(office, species, given["encounter"])
    vectors = _vectors(state)
    for number, encounter in enumerate(waiting):
        task.progress(0.3 + 0.5 * number / len(waiting), "search")
        galleries.search(encounter, there, chances, vectors, task.run)
    groups = 0
    if given["groups"]:
        groups = _suggest(task, state, there, chances)
    return Outcome(
        {
            "searched": len(waiting),
            "pictures": len(there.gallery),
            "lost": len(there.lost),
            "groups": groups,
            "calibrated": chances.local.is_calibrated,
            "species": species,
            "encounter": given["encounter"],
        }
    )


def _vectors(state: GalleryState) -> galleries.Vectors | None:
    """The vectors beside a gallery; a table whose file is gone is forgotten, to be given again."""
    try:
        return galleries.vectors_of(state)
    except files.Gone:
        GalleryState.objects.filter(pk=state.pk).update(vectors="", network="")
        return None


def _waiting(office: Office, species: str, encounter: str | None) -> list[Encounter]:
    """The encounters to search for: the named one, or all that wait for people and have features."""
    rows = Encounter.objects.filter(project__office=office, species=species, gone=None).select_related(
        "deployment", "project"
    )
    if encounter:
        return list(rows.filter(uuid=encounter))
    states = (Encounter.State.OPEN, Encounter.State.SECOND, Encounter.State.CONFLICT)
    return list(rows.filter(state__in=states, flanks__points__gt=0, flanks__ended=None).distinct())


def _suggest(task: Task, state: GalleryState, there: galleries.Opened, chances: learning.Chances) -> int:
    """Groups among the visits without names; named animals are taken out first, so that nothing is merged."""
    for entry in there.gallery.entries:
        if entry.animal is not None:
            there.gallery.remove(entry.picture)
    found = clusters(
        there.gallery, chances.local, lambda share, stage: task.progress(0.8 + 0.2 * share, stage)
    )
    groups = [
        {"encounters": list(one.encounters), "confidence": one.confidence, "weakest": one.weakest}
        for one in found
        if len(one.encounters) > 1
    ]
    GalleryState.objects.filter(pk=state.pk).update(groups=groups)
    return len(groups)


def _address(run: Run) -> str:
    encounter = (run.result or {}).get("encounter")
    if encounter:
        return reverse("identity-encounter", kwargs={"uuid": encounter})
    return reverse("identity") + f"?species={run.parameters['species'].replace(' ', '+')}"


KINDS: Final = (
    Kind(FEATURES, _("Features of coats"), Subject.CAMERAS, _describe, checked, _address, stages=STAGES),
    Kind(SEARCH, _("Search for known animals"), Subject.CAMERAS, _search, checked, _address, stages=STAGES),
)
