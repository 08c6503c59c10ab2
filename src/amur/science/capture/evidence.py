"""What the captures themselves say: too few, animals seen once, jumps, seasons that are long, sexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import NormalDist

import numpy as np

from amur.science.capture.data import Session
from amur.science.capture.finding import Figures, Finding, Gravity, View
from amur.science.capture.fitting import Fit
from amur.science.capture.resample import Goodness

FEW = 10
"""Fewer individuals make no density."""
FEW_MOVES = 5
"""Fewer recaptures at another detector tell no sigma."""
FEW_REPEATS = 20
"""Fewer recaptures make density vague."""
ONCE = 0.5
"""Share of animals seen once from which identification should be looked at."""
RARE = 0.01
"""Chance that a survey has a jump so long."""
LONG, TOO_LONG = 90, 120
"""Occasions of a season in which births, deaths and moves begin to count."""
OPEN = 0.01
"""Chance that a closed survey fails the closure test."""
AGES = ("age", "stage", "ageclass", "age_class", "возраст", "年龄", "нас")
YOUNG = (
    "cub",
    "juvenile",
    "young",
    "kitten",
    "dependent",
    "dispers",
    "subadult",
    "котён",
    "молод",
    "幼",
    "бамбар",
)
"""How levels of age begin that have no range of their own."""
UNLIKELY = 0.05
"""Chance of data as far from what the fit makes, from which this is told."""
STATISTICS = 6
"""How many chances are looked at; a warning holds for all of them together."""
SEXES = ("sex", "gender", "пол", "性别", "хүйс")


def evidence(found: Fit, views: Sequence[View]) -> Iterator[Finding]:
    """What is found in the captures of a fit."""
    sessions = found.survey.sessions
    yield from few(sessions, found.animals)
    yield from _once(sessions)
    yield from jumps(views)
    longest = max(sessions, key=lambda session: session.detectors.occasions)
    occasions = longest.detectors.occasions
    if occasions > LONG:
        gravity: Gravity = "warning" if occasions > TOO_LONG else "note"
        yield Finding("long-season", gravity, {"occasions": occasions, "most": LONG, "session": longest.name})
    z, session = min(((closure(v.session, v.sigma), v.session) for v in views), key=lambda row: row[0])
    # The least of several sessions is lower.
    if z < NormalDist().inv_cdf(OPEN / len(sessions)):
        yield Finding("not-closed", "warning", {"z": z, "session": session.name})
    yield from _young(sessions)
    yield from _sexes(found)


def misfits(rows: Iterable[Goodness]) -> Iterator[Finding]:
    """In what the data differ from surveys simulated from their fit."""
    for row in rows:
        if row.p >= UNLIKELY:
            continue
        gravity: Gravity = "warning" if row.p < UNLIKELY / STATISTICS else "note"
        values = {"observed": row.observed, "low": row.low, "high": row.high, "p": row.p}
        match row.statistic:
            case "animals seen":
                yield Finding("misfit-animals", gravity, values)
            case "detections":
                yield Finding("misfit-detections", gravity, values)
            case "share of animals seen once":
                yield Finding("misfit-once", gravity, values)
            case "detectors for each animal":
                yield Finding("misfit-range", gravity, values)
            case "dispersion of detections over animals":
                yield Finding("misfit-individuals", gravity, values)
            case "dispersion of detections over detectors":
                yield Finding("misfit-places", gravity, values)


def spatial_recaptures(session: Session) -> int:
    """How often animals were met by a further detector."""
    captures = session.captures
    pairs = np.unique(np.stack([captures.individual, captures.detector]), axis=1)
    return int(pairs.shape[1] - captures.animals)


def few(sessions: Sequence[Session], animals: int) -> Iterator[Finding]:
    """Whether so many different animals were seen too rarely for density.

    Animals made up by wrong identification count here, those seen once of SCR-2 do not.
    """
    moves = sum(spatial_recaptures(session) for session in sessions)
    repeats = sum(int(one.captures.count.sum()) - one.captures.animals for one in sessions)
    values: Figures = {"animals": animals, "recaptures": repeats, "moves": moves}
    if animals < FEW:
        yield Finding("few-animals", "refuse", {**values, "needed": FEW}, ("D", "N"))
    if moves < FEW_MOVES:
        yield Finding("few-moves", "refuse", {**values, "needed": FEW_MOVES}, ("D", "N", "sigma"))
    elif repeats < FEW_REPEATS:
        yield Finding("few-recaptures", "warning", {**values, "needed": FEW_REPEATS})


def _once(sessions: tuple[Session, ...]) -> Iterator[Finding]:
    seen = np.concatenate([np.bincount(s.captures.individual, s.captures.count) for s in sessions])
    once, animals = int((seen == 1).sum()), seen.size
    if animals >= FEW and once > ONCE * animals:
        yield Finding("seen-once", "note", {"once": once, "animals": animals, "share": 100 * once / animals})


def jumps(views: Sequence[View]) -> Iterator[Finding]:
    """Moves longer than the range that was estimated makes likely in the whole survey."""
    for view in views:
        session, captures = view.session, view.session.captures
        order = np.lexsort((captures.occasion, captures.individual))
        who, where = captures.individual[order], session.detectors.positions[captures.detector[order]]
        same = who[1:] == who[:-1]
        lengths = np.hypot(*(where[1:] - where[:-1])[same].T)
        if not lengths.size:
            continue
        moves = view.moves(100_000, np.random.default_rng(1))
        most = float(np.quantile(moves, max(1 - RARE / lengths.size, 0.0)))
        far = np.flatnonzero(lengths > most)
        if far.size:
            worst = int(lengths.argmax())
            values: Figures = {
                "count": int(far.size),
                "individual": captures.ids[int(who[1:][same][worst])],
                "length": float(lengths[worst]),
                "likely": most,
                "session": session.name,
            }
            yield Finding("long-jumps", "warning", values)
            return


def closure(session: Session, sigma: float) -> float:
    """The closure statistic, standard normal for a closed population; low where animals come and go.

    k of t occasions drawn at random span (k - 1) (t + 1) / (k + 1) on average, with variance
    2 (k - 1) (t + 1) (t - k) / ((k + 1)^2 (k + 2)); the spans of all animals are summed (after Otis et al.
    1978, Wildlife Monographs 62). Where effort is uneven, occasions count by the effort within reach of the
    animal (`sigma` in metres). Traps that animals learn to avoid look open, too.
    """
    captures, detectors = session.captures, session.detectors
    surplus = variance = 0.0
    count = detectors.occasions
    for animal in range(captures.animals):
        mine = captures.individual == animal
        occasions = np.unique(captures.occasion[mine])
        k = occasions.size
        if k < 2 or k == count:
            continue
        centre = detectors.positions[captures.detector[mine]].mean(axis=0)
        near = np.exp(-((detectors.positions - centre) ** 2).sum(axis=1) / (2 * sigma**2))
        effort = near @ detectors.effort
        place = (np.cumsum(effort) - effort / 2) / float(effort.sum()) * count
        surplus += float(place[occasions[-1]] - place[occasions[0]]) - (k - 1) * (count + 1) / (k + 1)
        variance += 2 * (k - 1) * (count + 1) * (count - k) / ((k + 1) ** 2 * (k + 2))
    return float(surplus / np.sqrt(variance)) if variance > 0 else 0.0


def _young(sessions: Sequence[Session]) -> Iterator[Finding]:
    """Cubs and dispersers among those counted, where their age is known."""
    columns = [
        column
        for session in sessions
        for name, column in session.captures.covariates.items()
        if name.lower() in AGES
    ]
    values = [str(value).lower() for column in columns for value in column]
    young = [value for value in values if value.startswith(YOUNG)]
    if young:
        yield Finding(
            "young-counted", "warning", {"young": len(young), "animals": len(values), "level": young[0]}
        )


def _sexes(found: Fit) -> Iterator[Finding]:
    """Sexes that are known and pooled, and the ratio of those seen."""
    model = found.model
    for name in {name for session in found.survey.sessions for name in session.captures.covariates}:
        if name.lower() not in SEXES:
            continue
        columns = [
            s.captures.covariates[name] for s in found.survey.sessions if name in s.captures.covariates
        ]
        values = [str(value) for column in columns for value in column]
        levels = sorted({value for value in values if value not in ("", "NA")})
        if len(levels) != 2:
            continue
        first, second = (values.count(level) for level in levels)
        about: Figures = {
            "covariate": name,
            "first_level": levels[0],
            "second_level": levels[1],
            "first": first,
            "second": second,
            "unknown": len(values) - first - second,
        }
        used = name in model.detection_variables or model.mixture_covariate == name
        yield Finding("sex-ratio" if used else "sexes-pooled", "note", about)
