"""Leaves each encounter out of the gallery in turn and tells how often its animal is found."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from amur.commands.jobs.running import Say
from amur.commands.stripes.calibrating import calibration_of
from amur.commands.stripes.listing import Listed, Listing, listing_of
from amur.commands.stripes.pictures import Unreadable, read_grey, read_mask
from amur.commands.stripes.telling import tell
from amur.formats.files import replacing
from amur.portal.operations.problems import Problem, _
from amur.portal.operations.progress import Progress, part
from amur.science.stripes import (
    Chip,
    Entry,
    Features,
    Gallery,
    Ranking,
    UnusablePicture,
    chip_of,
    features_of,
    may_be_compared,
    turned_views,
)
from amur.science.stripes.evaluation import Answer, Figure, Measures, answer_of, measures_of
from amur.science.stripes.results import pooled


@dataclass(frozen=True, slots=True)
class Job:
    """What is evaluated, how, and where the result goes."""

    given: Path
    output: Path | None
    minutes: int
    most: int
    thorough: bool
    boxes: bool


@dataclass(slots=True)
class Spent:
    """CPU seconds and how often."""

    seconds: float = 0.0
    times: int = 0

    @property
    def each(self) -> float:
        """Mean CPU seconds; 0 where nothing was done."""
        return self.seconds / self.times if self.times else 0.0


@dataclass(slots=True)
class Found:
    """The answers of an evaluation."""

    pictures: list[Answer] = field(default_factory=list)
    encounters: list[Answer] = field(default_factory=list)
    rankings: list[tuple[str, Ranking]] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    cost: Spent = field(default_factory=Spent)


def run_evaluate(job: Job, say: Say, progress: Progress) -> int:
    """Evaluate, say the result and write it. Raises `Problem`."""
    if job.output is not None and not job.output.absolute().parent.is_dir():
        raise Problem(_("There is no folder {folder}.").format(folder=job.output.absolute().parent))
    cv2.setNumThreads(1)
    listing = listing_of(job.given, job.minutes)
    for line in listing.assumed:
        say(f"{_('assumed')}: {line}")
    gallery, listed, enrolment = _enrol(job, listing, part(progress, 0, 0.5))
    found = _search(job, gallery, listed, part(progress, 0.5, 1))
    content = _content(job, listing, gallery, found, enrolment)
    tell(content, say)
    if job.output is not None:
        with replacing(job.output) as temporary:
            text = json.dumps(content, ensure_ascii=False, indent=1)
            temporary.write_text(text + "\n", encoding="utf-8")
    return 0 if found.pictures else 1


def _enrol(job: Job, listing: Listing, progress: Progress) -> tuple[Gallery, dict[str, Listed], Spent]:
    """A gallery of all pictures that can be read; the others are listed as left out."""
    gallery, listed, cost = Gallery(), {}, Spent()
    for k, each in enumerate(listing.pictures):
        progress(k / len(listing.pictures), _("reading coats"))
        begun = time.process_time()
        try:
            features = features_of(_chip(each, job), job.most)
        except (Unreadable, UnusablePicture) as error:
            listing.left_out.append((each.place, str(error)))
            continue
        gallery.add(
            features, picture=each.place, encounter=each.encounter or each.place, animal=each.animal,
            station=each.station or each.camera or None,
        )  # fmt: skip
        cost.seconds, cost.times = cost.seconds + time.process_time() - begun, cost.times + 1
        if not len(features):
            listing.left_out.append(
                (each.place, _("nothing is found in it: it is flat or hidden by its mask"))
            )
        listed[each.place] = each
    if not len(gallery):
        raise Problem(_("None of the pictures can be used. The first: {reason}").format(
            reason=": ".join(listing.left_out[0])))  # fmt: skip
    return gallery, listed, cost


def _chip(each: Listed, job: Job) -> Chip:
    picture, scale = read_grey(each.path)
    if not job.boxes:
        return chip_of(picture, side=each.side)
    box = None if each.box is None else (
        each.box[0] * scale, each.box[1] * scale, each.box[2] * scale, each.box[3] * scale
    )  # fmt: skip
    mask = None if each.mask is None else read_mask(each.mask, picture.shape)
    return chip_of(picture, box, side=each.side, mask=mask)


def _search(job: Job, gallery: Gallery, listed: dict[str, Listed], progress: Progress) -> Found:
    """Search with each picture, and with the pictures of one encounter and side together."""
    queries: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in gallery.entries:
        queries[entry.encounter, entry.side].append(entry)
    animals = len({entry.name for entry in gallery.entries})
    found, done = Found(), 0
    for _key, entries in sorted(queries.items()):
        mates = _mates(gallery, entries[0])
        rankings = []
        for entry in entries:
            progress(done / len(gallery), _("searching"))
            done += 1
            if not entry.features or not mates:
                found.alone.append(entry.picture)
                continue
            begun = time.process_time()
            rankings.append(_ranking(job, gallery, entry, listed))
            found.cost.seconds += time.process_time() - begun
            found.cost.times += 1
            found.pictures.append(answer_of(rankings[-1], entry, mates, animals))
        if rankings:
            together = pooled(rankings)
            found.rankings.append((entries[0].name, together))
            found.encounters.append(answer_of(together, entries[0], mates, animals))
    return found


def _mates(gallery: Gallery, entry: Entry) -> list[Entry]:
    """Pictures of the same animal in other encounters that may be compared with this one."""
    return [
        other
        for other in gallery.entries
        if other.animal == entry.animal
        and other.encounter != entry.encounter
        and other.features
        and may_be_compared(other.side, entry.side)
    ]


def _ranking(job: Job, gallery: Gallery, entry: Entry, listed: dict[str, Listed]) -> Ranking:
    def turned(_frame: int) -> Sequence[Features]:
        return turned_views(_chip(listed[entry.picture], job))

    return gallery.search(
        [gallery.features(entry.picture)], encounter=entry.encounter, station=entry.station,
        turned=turned if job.thorough else None,
    )  # fmt: skip


def _content(job: Job, listing: Listing, gallery: Gallery, found: Found, enrolment: Spent) -> dict[str, Any]:
    """The result as it is written."""
    entries = gallery.entries
    sides = {side: sum(entry.side == side for entry in entries) for side in ("left", "right", "unknown")}
    generator = np.random.default_rng(1)
    return {
        "given": str(job.given),
        "settings": {
            "features": job.most, "thorough": job.thorough, "boxes": job.boxes, "gap_minutes": job.minutes,
            **asdict(gallery.settings),
        },
        "pictures": len(entries),
        "animals": len({entry.animal for entry in entries}),
        "encounters": len({entry.encounter for entry in entries}),
        "sides": sides,
        "descriptors": gallery.descriptors,
        "per_picture": _figures(measures_of(found.pictures, generator)),
        "per_encounter": _figures(measures_of(found.encounters, generator)),
        "calibration": calibration_of(found.rankings),
        "cpu_seconds": {"query": _rounded(found.cost), "enrolment": _rounded(enrolment)},
        "assumed": listing.assumed,
        "not_scored": found.alone,
        "left_out": [{"place": place, "reason": reason} for place, reason in listing.left_out],
    }  # fmt: skip


def _rounded(cost: Spent) -> float:
    """Mean CPU seconds, rounded."""
    return round(cost.each, 4)


def _figures(measures: Measures | None) -> dict[str, Any] | None:
    if measures is None:
        return None

    def figure(one: Figure) -> dict[str, float]:
        return {"value": round(one.value, 4), "low": round(one.low, 4), "high": round(one.high, 4)}

    return {
        "queries": measures.queries, "encounters": measures.encounters, "top1": figure(measures.top1),
        "top5": figure(measures.top5), "mrr": figure(measures.mrr), "map": figure(measures.map),
    }  # fmt: skip
