"""What identification costs: CPU seconds of enrolment and of a query, memory, and what the index misses.

Galleries are filled with features of synthetic coats, repeated with small changes until there are enough:
this measures cost, not accuracy (for that: `amur stripes evaluate`). CPU time of one thread.

    OMP_NUM_THREADS=1 .venv/bin/python benchmarks/stripes_search.py [--pictures 5000 --at-once]
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from dataclasses import replace

import cv2
import faiss
import numpy as np

from amur.science.stripes import Entry, Features, Gallery, chip_of, features_of
from amur.science.stripes.gallery import SIDES
from amur.science.stripes.neighbours import Neighbours, Shelf
from amur.science.stripes.simulation import Shot, Survey, shots_of

QUERIES = 5


def enrolled(shots: list[Shot]) -> list[Features]:
    """The features of the shots, and what they took."""
    features_of(chip_of(shots[0].scene.picture))  # kernels are compiled
    begun = time.process_time()
    found = [
        features_of(chip_of(shot.scene.picture, shot.scene.box, side="left", mask=shot.scene.mask))
        for shot in shots
    ]
    print(f"features: {(time.process_time() - begun) / len(shots):.3f} CPU-s a picture", flush=True)
    return found


def copies(drawn: list[Features], pictures: int) -> Iterator[Features]:
    """So many pictures: the drawn ones again and again, their descriptors and places changed."""
    generator = np.random.default_rng(1)
    longest = max(len(base) for base in drawn)
    noise = generator.normal(0, 9, (2 * longest, 128)).astype(np.int16)
    for k in range(pictures):
        base = drawn[k % len(drawn)]
        begin = int(generator.integers(longest))
        descriptors = np.clip(base.descriptors + noise[begin : begin + len(base)], 0, 255).astype(np.uint8)
        moved = base.picture_points + generator.uniform(30, 300, 2).astype(np.float32)
        yield replace(base, descriptors=descriptors, picture_points=moved)


def strongest(features: Features, most: int) -> Features:
    """A picture with the strongest of its features alone."""
    return replace(
        features, points=features.points[:most], sizes=features.sizes[:most],
        picture_points=features.picture_points[:most], descriptors=features.descriptors[:most],
    )  # fmt: skip


def filled(drawn: list[Features], pictures: int) -> Gallery:
    """A gallery of so many pictures, and what adding took."""
    gallery, spent = Gallery(), 0.0
    for k, features in enumerate(copies(drawn, pictures)):
        begun = time.process_time()
        gallery.add(features, picture=f"{k}", encounter=f"e{k}", animal=f"a{k // 4}")
        spent += time.process_time() - begun
    print(f"adding to the index: {spent / pictures:.3f} CPU-s a picture", flush=True)
    return gallery


def filled_at_once(drawn: list[Features], pictures: int) -> Gallery:
    """The same gallery as files give it back, its index made at once, and what that took."""
    first = np.cumsum([0] + [len(drawn[k % len(drawn)]) for k in range(pictures)]).tolist()
    shelf = Shelf(np.empty((first[-1], 128), np.uint8))
    rows: list[tuple[Entry, Features] | None] = []
    for k, features in enumerate(copies(drawn, pictures)):
        kept = shelf.descriptors[first[k] : first[k + 1]]
        kept[:] = features.descriptors
        entry = Entry(f"{k}", f"e{k}", f"a{k // 4}", None, "left", features.quality.overall, len(features))
        rows.append((entry, replace(features, descriptors=kept)))
    indexes = {side: Neighbours.empty() for side in SIDES}
    begun = time.process_time()
    indexes["left"].add(np.arange(len(shelf)), shelf)
    spent = time.process_time() - begun
    print(f"index made at once: {spent:.0f} CPU-s, {spent / pictures:.3f} a picture", flush=True)
    return Gallery.restored(rows, first, shelf, indexes, None)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=170)
    parser.add_argument("--at-once", action="store_true", help="make the index once, as for many pictures")
    parser.add_argument("--features", type=int, default=3000, help="of each picture of the gallery")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    faiss.omp_set_num_threads(1)
    drawn = enrolled(list(shots_of(Survey(8, 2, 1, 3))))
    fewer = [strongest(each, options.features) for each in drawn]
    gallery = (filled_at_once if options.at_once else filled)(fewer, options.pictures)
    gallery.search([drawn[0]])  # kernels are compiled
    begun, clock = time.process_time(), time.monotonic()
    for query in drawn[:QUERIES]:
        gallery.search([query], encounter="e0")
    spent, wall = (time.process_time() - begun) / QUERIES, (time.monotonic() - clock) / QUERIES
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"query: {spent:.3f} CPU-s, {wall:.3f} s at {gallery.descriptors:,} descriptors; peak {peak:.2f} GiB",
        flush=True,
    )
    index, shelf = gallery.indexes["left"], gallery.shelf
    if options.at_once:
        return  # an exact comparison with so many would not fit into memory
    asked = drawn[0].descriptors[::30]
    found, _ = index.search(asked, 7, shelf, shelf.used)
    true, _ = Neighbours(index.numbers).search(asked, 7, shelf, shelf.used)
    share = np.mean([len(set(one) & set(other)) / 7 for one, other in zip(found, true, strict=True)])
    print(
        f"the index finds {share:.3f} of the 7 nearest, {np.mean(found[:, 0] == true[:, 0]):.3f} of the first"
    )


if __name__ == "__main__":
    main()
