"""How good the detector without weights is, and how fast, on stations that are drawn.

Recall (pictures with an animal that are kept) where at most 5, 10 and 20 % of the blank ones are kept, too;
overlap of the proposed box with the true one; processor time for each picture of 1600 pixels' width read from
memory, one thread. The stations are not those on which the settings were tuned. Drawn scenes are easier than
real ones: the figures say whether the method works as meant, not how it does in a forest.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator

import cv2
import numpy as np

from amur.science.detection import Finding, background_of, choices, closest, find, overlap, prepare
from amur.science.detection.scenes import Shot, station_shots

FIRST_SEED = 5000
BURST = 3
FALSE_ALARMS = (0.05, 0.10, 0.20)


def looked_through(shots: list[Shot]) -> Iterator[tuple[Shot, Finding]]:
    """Every shot of a station with what is found on it, as the run of the portal does it."""
    frames = [prepare(shot.picture) for shot in shots]
    for start in range(0, len(shots), BURST):
        mine = range(start, start + BURST)
        others = [frames[k] for k in range(0, len(frames), BURST) if k != start]
        background = background_of([others[k] for k in closest(frames[start], others)])
        for number in mine:
            mates = [frames[k] for k in mine if k != number]
            yield shots[number], find(frames[number], background, mates)


def measured(stations: int) -> dict[str, object]:
    """The figures over all stations."""
    pairs: list[tuple[Shot, Finding]] = []
    spent = 0.0
    for number in range(stations):
        shots = station_shots(np.random.default_rng(FIRST_SEED + number), burst=BURST)
        start = time.process_time()
        pairs += looked_through(shots)
        spent += time.process_time() - start
    figures: dict[str, object] = {
        "stations": stations,
        "pictures": len(pairs),
        "with an animal": sum(shot.box is not None for shot, _found in pairs),
        "milliseconds a picture": round(1000 * spent / len(pairs), 1),
    }
    for name, chosen in (
        ("all", pairs),
        ("day", [pair for pair in pairs if not pair[0].night]),
        ("night", [pair for pair in pairs if pair[0].night]),
    ):
        table = choices([found.score for _s, found in chosen], [shot.box is not None for shot, _f in chosen])
        for most in FALSE_ALARMS:
            best = max((one.recall for one in table if one.false_alarms <= most), default=0.0)
            figures[f"{name}: recall at {most:.0%} false alarms"] = round(best, 3)
        boxes = [overlap(found.box, shot.box) if found.box else 0.0 for shot, found in chosen if shot.box]
        figures[f"{name}: mean overlap"] = round(float(np.mean(boxes)), 3)
        figures[f"{name}: overlap of a half or more"] = round(float(np.mean(np.array(boxes) >= 0.5)), 3)
    return figures


def reading_ms(count: int = 40) -> float:
    """Processor time to decode and prepare a JPEG of 1600 x 1200 pixels, milliseconds."""
    shot = station_shots(np.random.default_rng(FIRST_SEED), sequences=1, burst=1)[0]
    large = cv2.resize(shot.picture, (1600, 1200), interpolation=cv2.INTER_CUBIC)
    coded = cv2.imencode(".jpg", large)[1]
    start = time.process_time()
    for _time in range(count):
        decoded = cv2.imdecode(coded, cv2.IMREAD_REDUCED_COLOR_4)
        prepare(np.ascontiguousarray(decoded[..., ::-1]).astype(np.uint8))
    return 1000 * (time.process_time() - start) / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    figures = measured(given.stations)
    figures["milliseconds to read and prepare 1600 x 1200"] = round(reading_ms(), 1)
    if given.json:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            print(f"{name:50} {value}")


if __name__ == "__main__":
    main()
