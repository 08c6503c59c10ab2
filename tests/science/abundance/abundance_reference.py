"""Reads the stored fits of distance sampling and occupancy, which lie beside the project and are no part of it."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from amur.science.abundance.distance import DistanceSurvey, Model

DATA = Path(__file__).parents[4] / "shared" / "data" / "secr"
# Metres in the unit of distances and of effort, km² in that of areas; point samples have visits or moments.
UNITS = {
    "minke": (1000.0, 1000.0, 1.0),
    "wren_lt": (1.0, 1000.0, 0.01),
    "wren_snapshot": (1.0, 1.0, 0.01),
    "DuikerCameraTraps": (1.0, 1.0, 1.0),
    "sikadeer": (0.01, 1000.0, 1.0),
}
KEYS = {"hn": "half-normal", "hr": "hazard-rate", "unif": "uniform"}
DUIKER_BREAKS = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0)


@cache
def reference() -> dict[str, Any]:
    return json.loads((DATA / "reference.json").read_text(encoding="utf-8")) if DATA.is_dir() else {}


def stored(method: str) -> dict[str, dict[str, Any]]:
    return {fit["id"]: fit for fit in reference().get(method, {}).get("fits", [])}


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float:
    return np.nan if text in ("", "NA") else float(text)


@cache
def distances(name: str) -> DistanceSurvey:
    rows = table(f"distance_{name}.csv")
    metres, effort, km2 = UNITS[name]
    samples = dict.fromkeys((row["Region.Label"], row["Sample.Label"]) for row in rows)
    numbers = {sample: k for k, sample in enumerate(samples)}
    strata = list(dict.fromkeys(row["Region.Label"] for row in rows))
    efforts = {(row["Region.Label"], row["Sample.Label"]): float(row["Effort"]) for row in rows}
    areas = {row["Region.Label"]: float(row["Area"]) for row in rows}
    seen = [row for row in rows if row["distance"] not in ("", "NA")]
    return DistanceSurvey(
        "point" if name in ("wren_snapshot", "DuikerCameraTraps") else "line",
        np.round(np.array([float(row["distance"]) for row in seen]) * metres, 9),
        np.array([numbers[row["Region.Label"], row["Sample.Label"]] for row in seen]),
        np.array([efforts[sample] for sample in samples]) * effort,
        np.array([strata.index(region) for region, _ in samples]),
        tuple(strata),
        np.array([areas[region] for region in strata]) * km2,
        unit=metres,
    )


def model_of(fit: dict[str, Any]) -> Model:
    metres = UNITS[fit["data"]][0]
    form = fit["id"].partition(".")[2]
    orders = (int(form[-1]),) if "_cos" in form else ()
    duiker = fit["data"] == "DuikerCameraTraps"
    return Model(
        KEYS[form.split("_")[0]],  # type: ignore[arg-type]
        round(fit["width"] * metres, 9),
        float(fit["left"]),
        orders=orders,
        breaks=DUIKER_BREAKS if duiker else (),
    )
