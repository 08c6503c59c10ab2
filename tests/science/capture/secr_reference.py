"""Reads the reference fits of secr and their inputs, which lie beside the project and are no part of it."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from amur.science.capture.data import Captures, Detectors, Mask, Session, Survey
from amur.science.capture.formula import parse_formula
from amur.science.capture.model import Model
from amur.science.capture.search import search

DATA = Path(__file__).parents[4] / "shared" / "data" / "secr"
NAMES = {0: "HN", 1: "HR", 2: "EX", 14: "HHN", 15: "HHR", 16: "HEX"}
# The export lost the minus sign of the one animal that died: with it the stored numbers come out to 1e-11.
LOST = {("ovenbird", "2009"): ("1911.52289", 3)}


@cache
def reference() -> dict[str, Any]:
    return json.loads((DATA / "reference.json").read_text(encoding="utf-8")) if DATA.is_dir() else {}


def fits() -> dict[str, dict[str, Any]]:
    return {fit["id"]: fit for fit in reference().get("fits", [])}


def rows_of(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line.strip() and not line.startswith("#")]


@cache
def mask_of(name: str) -> Mask:
    with (DATA / name).open(encoding="utf-8") as file:
        head, *rows = list(csv.reader(file))
    points = np.array([[float(row[0]), float(row[1])] for row in rows])
    covariates: dict[str, Any] = {}
    for k, column in enumerate(head[2:], start=2):
        values = [row[k] for row in rows]
        try:
            covariates[column] = np.array([float(value) for value in values])
        except ValueError:
            covariates[column] = np.array(values)
    return Mask(points, cell_area_of(name), covariates)


def cell_area_of(name: str) -> float:
    for fit in reference()["fits"]:
        if name in (fit.get("mask") or []) and "maskmeta" in fit:
            meta = fit["maskmeta"]
            return float(meta.get("sessions", [meta])[0]["cell_area_ha"])
    for dataset in reference()["datasets"]:
        for mask in dataset["masks"]:
            files = mask.get("files")
            if files == name or (isinstance(files, list) and name in files):
                return float(mask.get("sessions", [mask])[0]["cell_area_ha"])
    raise LookupError(name)


def detectors_of(name: str, kind: str, occasions: int) -> tuple[Detectors, list[str]]:
    head = (DATA / name).read_text(encoding="utf-8").splitlines()[0]
    names, places, effort, columns = [], [], [], []
    for row in rows_of(name):
        plain, _, covariates = " ".join(row).partition("/")
        fields = plain.split()
        names.append(fields[0])
        places.append([float(fields[1]), float(fields[2])])
        effort.append([float(field) for field in fields[3:]] or [1.0] * occasions)
        columns.append(covariates.split())
    labels = head.partition("/")[2].split()
    values = {}
    for k, label in enumerate(labels):
        column = [row[k] for row in columns]
        try:
            values[label] = np.array([float(value) for value in column])
        except ValueError:
            values[label] = np.array(column)
    return Detectors(np.array(places), np.array(effort), kind, values), names


def searched_survey(capture_file: str, polygon_file: str, occasions: int, mask: str) -> Survey:
    rows = rows_of(capture_file)
    corners = np.array([[float(value) for value in row[1:3]] for row in rows_of(polygon_file)])
    places = np.array([[float(value) for value in row[3:5]] for row in rows])
    detectors = search([corners], places, occasions, 18.0)
    ids = tuple(dict.fromkeys(row[1] for row in rows))
    captures = Captures(
        np.array([ids.index(row[1]) for row in rows]),
        np.array([int(row[2]) - 1 for row in rows]),
        detectors.count - len(rows) + np.arange(len(rows)),
        np.ones(len(rows), dtype=np.int64),
        ids,
    )
    return Survey((Session("1", detectors, captures, mask_of(mask)),))


@cache
def survey_of(dataset_id: str, masks: tuple[str, ...]) -> Survey:
    dataset = next(each for each in reference()["datasets"] if each["id"] == dataset_id)
    capture_file = next(name for name in dataset["files"] if ".capt." in name)
    trap_files = [name for name in dataset["files"] if ".trap." in name]
    if dataset.get("detector_type") == "polygonX":
        return searched_survey(capture_file, trap_files[0], dataset["occasions"], masks[0])
    head = (DATA / capture_file).read_text(encoding="utf-8").splitlines()[0].lstrip("# ").split()
    rows = rows_of(capture_file)
    sessions = []
    for name in dict.fromkeys(row[0] for row in rows):
        number = len(sessions)
        about = dataset["sessions"][name] if "sessions" in dataset else dataset
        detectors, traps = detectors_of(
            trap_files[min(number, len(trap_files) - 1)], about["detector_type"], about["occasions"]
        )
        mine = [row for row in rows if row[0] == name]
        ids = tuple(dict.fromkeys(row[1] for row in mine))
        covariates = {
            label: np.array([next(row[k] for row in mine if row[1] == one).replace("NA", "") for one in ids])
            for k, label in enumerate(head[4:], start=4)
        }
        removed = np.full(len(ids), -1)
        for row in mine:
            if int(row[2]) < 0:
                removed[ids.index(row[1])] = -int(row[2]) - 1
        if (dataset_id, name) in LOST:
            who, occasion = LOST[dataset_id, name]
            removed[ids.index(who)] = occasion - 1
        captures = Captures(
            np.array([ids.index(row[1]) for row in mine]),
            np.array([abs(int(row[2])) - 1 for row in mine]),
            np.array([traps.index(row[3]) for row in mine]),
            np.ones(len(mine), dtype=np.int64),
            ids,
            covariates,
            removed if (removed >= 0).any() else None,
        )
        sessions.append(Session(name, detectors, captures, mask_of(masks[min(number, len(masks) - 1)])))
    return Survey(tuple(sessions))


def survey_of_fit(fit: dict[str, Any]) -> Survey:
    return survey_of(fit["dataset"], tuple(fit["mask"]))


def model_of(fit: dict[str, Any]) -> Model:
    settings = fit["settings"]
    details = settings.get("details") or {}
    return Model(
        formulas={name: parse_formula(text) for name, text in settings["model"].items() if name != "pmix"},
        function=NAMES[settings["detectfn_code"]],
        conditional=settings["CL"],
        distribution=settings["distribution"],
        mixture_covariate=settings["hcov"] or "",
        keep_occasions=details.get("fastproximity") is False,
        links={name: link for name, link in settings["link"].items() if link == "identity"},
    )


def beta_of(fit: dict[str, Any]) -> np.ndarray:
    return np.array([fit["coef"][name]["beta"] for name in fit["beta_names"]])
