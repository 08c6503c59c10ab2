"""Telling synthetic animals apart: ours against HotSpotter (ibeis), the same pictures, in one run.

Encounters are asked for in rounds: the k-th encounters of all animals are the questions, the pictures of
all other encounters the gallery, so that no picture answers for its own encounter. Pictures are scored whose
flank is in the gallery. Both are given boxes alone (no masks, sides or stations); "all" is ours with
everything that a survey knows. HotSpotter is asked with its own settings; scores of the pictures of an
encounter are added up. CPU time of one process with its children. Synthetic coats do not tell how well real
animals are told apart.

HotSpotter (PyPI ibeis 2.6.0) need not be in the same environment: `--hotspotter PYTHON` names an interpreter
that has it.

    OMP_NUM_THREADS=1 .venv/bin/python benchmarks/stripes_identify.py [--animals 12] [--hotspotter PYTHON]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import cv2
import faiss
import numpy as np
from PIL import Image

from amur.commands.stripes.simulating import run_simulate
from amur.science.stripes import Gallery, chip_of, features_of

Row = dict[str, str]
Scores = dict[str, dict[str, float]]
"""For each picture the scores of animals."""

# The other interpreter needs nothing of ours: pictures in, for each picture the scores of animals out.
HOTSPOTTER = """
import csv, json, resource, sys
from pathlib import Path
import ibeis
folder, database, answer = map(Path, sys.argv[1:4])
def spent():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
rows = list(csv.DictReader((folder / "pictures.csv").open()))
ibs = ibeis.opendb(dbdir=str(database), allow_newdir=True)
images = ibs.add_images([str(folder / row["path"]) for row in rows])
boxes = [[round(float(row[f"box_{side}"])) for side in "xywh"] for row in rows]
begun = spent()
animals = [row["animal"] for row in rows]
annotations = ibs.add_annots(images, bbox_list=boxes, name_list=animals)
ibs.get_annot_num_feats(annotations)
enrolled = spent() - begun
begun, scores = spent(), {}
rounds = [row["encounter"].split("-")[1] for row in rows]
for k in sorted(set(rounds)):
    asked = [each for each, own in zip(annotations, rounds) if own == k]
    others = [each for each, own in zip(annotations, rounds) if own != k]
    for found in ibs.new_query_request(asked, others).execute():
        row = rows[annotations.index(found.qaid)]
        names = ibs.get_name_texts(list(found.unique_nids))
        scores[row["path"]] = {name: float(score) for name, score in zip(names, found.name_score_list)}
answer.write_text(json.dumps({"scores": scores, "enrolled": enrolled, "asked": spent() - begun}))
"""


def hotspotter(python: Path, folder: Path, scratch: Path, rows: list[Row]) -> Scores:
    """The answers of HotSpotter and what they took."""
    answer = scratch / "answer.json"
    subprocess.run(
        [python, "-c", HOTSPOTTER, folder, scratch / "database", answer],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"HOME": str(scratch), "OMP_NUM_THREADS": "1", "QT_QPA_PLATFORM": "offscreen"},
    )
    read = json.loads(answer.read_text())
    told("HotSpotter", read["enrolled"], read["asked"], read["scores"], rows)
    scores: Scores = read["scores"]
    return scores


def ours(folder: Path, rows: list[Row], *, known: bool) -> Scores:
    """Our answers and what they took; `known`: with masks, sides and stations."""
    begun, gallery = time.process_time(), Gallery()
    for row in rows:
        picture = np.asarray(Image.open(folder / row["path"]), np.uint8)
        mask = np.asarray(Image.open(folder / row["mask"])) > 0 if known else None
        left, top, width, high = (float(row[f"box_{part}"]) for part in "xywh")
        chip = chip_of(
            picture,
            (left, top, width, high),
            side=("left" if row["side"] == "left" else "right") if known else "unknown",
            mask=mask,
        )
        gallery.add(
            features_of(chip),
            picture=row["path"],
            encounter=row["encounter"],
            animal=row["animal"],
            station=row["station"] if known else None,
        )
    enrolled = time.process_time() - begun
    gallery.search([gallery.features(rows[0]["path"])])  # kernels are compiled
    begun, scores = time.process_time(), {}
    for row in rows:
        found = gallery.search(
            [gallery.features(row["path"])],
            encounter=row["encounter"],
            station=row["station"] if known else None,
            exclude=[each["path"] for each in rows if round_of(each) == round_of(row)],
        )
        scores[row["path"]] = {each.name: each.score for each in found.candidates}
    told("ours, all" if known else "ours", enrolled, time.process_time() - begun, scores, rows)
    return scores


def round_of(row: Row) -> str:
    """Which encounter of its animal a picture is of."""
    return row["encounter"].split("-")[1]


def told(name: str, enrolled: float, asked: float, scores: Scores, rows: list[Row]) -> None:
    """Print how often the animal is first, for pictures and for encounters, and what it took."""
    flanks = {(row["animal"], row["side"], round_of(row)) for row in rows}
    places, pooled = [], defaultdict(lambda: defaultdict(float))
    for row in rows:
        others = {other for animal, side, other in flanks if (animal, side) == (row["animal"], row["side"])}
        if others == {round_of(row)}:
            continue
        places.append(place(scores.get(row["path"], {}), row["animal"]))
        for animal, score in scores.get(row["path"], {}).items():
            pooled[row["encounter"]][animal] += score
    together = [place(found, encounter.split("-")[0]) for encounter, found in pooled.items()]
    for label, all_ in (("pictures", places), ("encounters", together)):
        ranks = np.array(all_, float)
        print(
            f"{name}: {len(ranks)} {label}, first {np.mean(ranks == 1):.3f}, first five "
            f"{np.mean(ranks <= 5):.3f}, mean reciprocal rank {np.mean(1 / ranks):.3f}"
        )
    count = len(rows)
    print(f"{name}: CPU-s {enrolled / count:.2f} a picture added, {asked / count:.2f} asked for", flush=True)


def place(scores: dict[str, float], animal: str) -> float:
    """The place of an animal, 1 the first; infinite where it is not among the answers."""
    ranked = sorted(scores, key=lambda name: (-scores[name], name))
    return ranked.index(animal) + 1 if scores.get(animal, 0) > 0 else float("inf")


def main() -> None:
    """Draw the pictures, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--animals", type=int, default=12)
    parser.add_argument("--encounters", type=int, default=4)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--hotspotter", type=Path, metavar="PYTHON")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    faiss.omp_set_num_threads(1)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "pictures"
        run_simulate(
            folder, options.animals, options.encounters, options.seed, print, lambda done, stage: None
        )
        with (folder / "pictures.csv").open(encoding="utf-8") as opened:
            rows = list(csv.DictReader(opened))
        for known in (False, True):
            ours(folder, rows, known=known)
        if options.hotspotter:
            hotspotter(options.hotspotter, folder, Path(made), rows)


if __name__ == "__main__":
    main()
