"""What identification costs: CPU seconds of enrolment and of a query, memory, and what the index misses.

Galleries are filled with features of synthetic coats, repeated with small changes until there are enough:
this measures cost, not accuracy (for that: `amur stripes evaluate`). CPU time of one thread.

    OMP_NUM_THREADS=1 .venv/bin/python benchmarks/stripes_search.py [--pictures 170]
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import replace

import cv2
import faiss
import numpy as np

from amur.science.stripes import Features, Gallery, chip_of, features_of
from amur.science.stripes.neighbours import Neighbours
from amur.science.stripes.simulation import Shot, Survey, shots_of

QUERIES = 5


def enrolled(shots: list[Shot]) -> list[Features]:
    """The features of the shots, and what they took."""
    begun = time.process_time()
    found = [
        features_of(chip_of(shot.scene.picture, shot.scene.box, side="left", mask=shot.scene.mask))
        for shot in shots
    ]
    print(f"features: {(time.process_time() - begun) / len(shots):.3f} CPU-s a picture", flush=True)
    return found


def filled(drawn: list[Features], pictures: int) -> Gallery:
    """A gallery of so many pictures, and what adding took."""
    generator, gallery, spent = np.random.default_rng(1), Gallery(), 0.0
    for k in range(pictures):
        base = drawn[k % len(drawn)]
        noise = generator.normal(0, 9, base.descriptors.shape)
        descriptors = np.clip(base.descriptors + noise, 0, 255).astype(np.uint8)
        begun = time.process_time()
        gallery.add(
            replace(base, descriptors=descriptors), picture=f"{k}", encounter=f"e{k}", animal=f"a{k // 4}"
        )
        spent += time.process_time() - begun
    print(f"adding to the index: {spent / pictures:.3f} CPU-s a picture", flush=True)
    return gallery


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=170)
    pictures = parser.parse_args().pictures
    cv2.setNumThreads(1)
    faiss.omp_set_num_threads(1)
    drawn = enrolled(list(shots_of(Survey(8, 2, 1, 3))))
    gallery = filled(drawn, pictures)
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
    asked = drawn[0].descriptors[::30]
    found, _ = index.search(asked, 7, shelf, shelf.used)
    true, _ = Neighbours(index.numbers).search(asked, 7, shelf, shelf.used)
    share = np.mean([len(set(one) & set(other)) / 7 for one, other in zip(found, true, strict=True)])
    print(
        f"the index finds {share:.3f} of the 7 nearest, {np.mean(found[:, 0] == true[:, 0]):.3f} of the first"
    )


if __name__ == "__main__":
    main()
