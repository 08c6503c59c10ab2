"""What the office itself holds: flanks of its animals with features, their chips, and who they show.

The only module of the room that reads identifications and pictures. Flanks without a drawn box are left out:
their features would be those of the place.
"""

from collections.abc import Collection, Iterable
from typing import Final

from amur.portal.animals.models import Animal
from amur.portal.animals.queries import current
from amur.portal.identity.cutting import NoPicture, chip_for
from amur.portal.identity.files import Gone
from amur.portal.identity.galleries import features_of
from amur.portal.identity.learning import Chances
from amur.portal.identity.models import Encounter, Flank, GalleryState
from amur.portal.identity.queries import POOR, binomial
from amur.portal.matching.problems import Refused
from amur.portal.offices.models import Office
from amur.science.stripes import Calibration, Chip, Features, UnusablePicture

BEST_PER_SIDE: Final = 2
"""How many pictures of a side of an animal are asked about at most: more would show how often we saw it."""


def flanks(office: Office, species: str) -> list[Flank]:
    """All flanks of an office with features and a drawn box, of a species by its binomial."""
    rows = (
        Flank.objects.filter(
            encounter__project__office=office, encounter__species=binomial(species),
            encounter__gone=None, ended=None, points__gt=0,
        )
        .exclude(features="")
        .exclude(origin=Flank.Origin.WHOLE)
        .select_related("encounter__animal", "media")
    )  # fmt: skip
    return list(rows.order_by("pk"))


def to_ask(office: Office, species: str, animals: Collection[int], *, unnamed: bool) -> list[Flank]:
    """The best flanks of each side of some animals (primary keys), of nobody twice; poor ones are left out.

    `unnamed` adds those of visits that nobody has identified yet.
    """
    found: dict[tuple[object, str], list[Flank]] = {}
    for flank in flanks(office, species):
        if (flank.quality or 0.0) < POOR:
            continue
        encounter = flank.encounter
        if encounter.state == Encounter.State.KNOWN and encounter.animal is not None:
            animal = current(encounter.animal).pk
            if animal in animals:
                found.setdefault((animal, flank.side), []).append(flank)
        elif unnamed and encounter.state == Encounter.State.OPEN:
            found.setdefault((str(encounter.uuid), flank.side), []).append(flank)
    best: list[Flank] = []
    for rows in found.values():
        best += sorted(rows, key=lambda one: (-(one.quality or 0.0), one.pk))[:BEST_PER_SIDE]
    return best


def animals(office: Office, species: str) -> list[Animal]:
    """The animals of an office that have a flank to ask about, by name."""
    known = [
        current(one.encounter.animal)
        for one in flanks(office, species)
        if one.encounter.animal is not None and one.encounter.state == Encounter.State.KNOWN
    ]
    return sorted({one.pk: one for one in known}.values(), key=lambda one: (str(one), one.pk))


def animal_of(flank: Flank) -> Animal | None:
    """Who the flank shows, as it is identified now; None while nobody has said."""
    encounter = flank.encounter
    if encounter.animal is None or encounter.state != Encounter.State.KNOWN:
        return None
    return current(encounter.animal)


def chip_of_flank(flank: Flank) -> Chip:
    """The chip of a flank, cut from the picture's copy without metadata. Raises Refused."""
    try:
        return chip_for(flank)
    except (NoPicture, UnusablePicture) as error:
        raise Refused("no-picture") from error


def species_of(office: Office) -> Iterable[str]:
    """The species of which the office has encounters, by binomial."""
    rows = Encounter.objects.filter(project__office=office, gone=None).order_by("species")
    return rows.values_list("species", flat=True).distinct()


def features(flank: Flank) -> Features:
    """What is compared of a flank. Raises Refused."""
    try:
        return features_of(flank)
    except Gone as error:
        raise Refused("no-picture") from error


def calibration(office: Office, species: str) -> Calibration:
    """What the office's reviewers taught about scores; a guess that says so where they have not."""
    state = GalleryState.objects.filter(office=office, species=binomial(species)).first()
    return Chances.from_json(state.calibration if state is not None else {}).local
