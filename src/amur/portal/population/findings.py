"""What a diagnosis of a capture-recapture fit says, by code: what is the matter, and what to do.

The codes are those of `amur.science.capture.diagnosis`. The sentences are marked for translation here and
translated by whoever tells them: the command line with its own catalogue, the portal with Django's. Needs no
settings.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # The engine takes a second to load, and sentences do not need it.
    from amur.science.capture.finding import Finding


def _(text: str) -> str:
    """Marks a sentence for translation."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """What is the matter, and what to do."""

    matter: str
    advice: str


WORDS: Mapping[str, Words] = {
    # The search
    "not-converged": Words(
        _(
            "The search did not end at a maximum of the likelihood; the estimates mean nothing and are "
            "withheld."
        ),
        _("Choose a simpler model, or start from the estimates of a simpler one."),
    ),
    "flat": Words(
        _(
            "The likelihood is flat: other values of the parameters explain the data as well. Estimates are "
            "withheld."
        ),
        _("Choose a simpler model, or pool sessions; see the profile intervals for what can be said."),
    ),
    "several-maxima": Words(
        _(
            "The likelihood has several maxima: {others} of {starts} searches ended lower, by {below} at "
            "most."
        ),
        _("Fit again with more starts, and compare the estimates with those of simpler models."),
    ),
    "higher-maximum": Words(
        _(
            "A search from another start ended higher, by {gain}: these are not the best estimates, they "
            "are withheld."
        ),
        _("Fit again with more starts."),
    ),
    "starts-agree": Words(
        _("All of {starts} searches from different starts ended at the same maximum."),
        _("Nothing needs to be done."),
    ),
    "boundary": Words(
        _("{parameter} came out at the edge of what is possible ({estimate}) and is not estimable."),
        _("Leave it out or hold it the same for all; do not quote it."),
    ),
    "not-estimable": Words(
        _("The data cannot tell {parameter}: its interval is too wide to mean anything, and it is withheld."),
        _("Choose a simpler model, or gather more recaptures."),
    ),
    "profile": Words(
        _("By its likelihood profile {parameter} lies between {lower} and {upper} (95 %)."),
        _("Quote this interval, and no standard error."),
    ),
    # The captures
    "few-animals": Words(
        _("Only {animals} individuals were identified; a density needs {needed} or more and is withheld."),
        _("Report {animals} as the least number present; pool sessions or areas, or add telemetry."),
    ),
    "few-moves": Words(
        _(
            "Individuals were seen again at another detector only {moves} times; this cannot tell how far "
            "they range."
        ),
        _(
            "Report {animals} as the least number present; place detectors closer, pool sessions, or add "
            "telemetry."
        ),
    ),
    "few-recaptures": Words(
        _("There are only {recaptures} recaptures; density and its interval depend on chance."),
        _("Aim for {needed} or more: survey longer or with more detectors, or pool sessions."),
    ),
    "seen-once": Words(
        _(
            "{once} of {animals} individuals ({share} %) were seen once. Wrong identifications look like "
            "this."
        ),
        _("Have these identified again by a second person, and compare with --at-least-two."),
    ),
    "long-jumps": Words(
        _(
            "Session {session}: individual {individual} moved {length} m between detections, more than "
            "{likely} m, "
            "the most that is likely; moves so long: {count}."
        ),
        _("Check the identification of these pictures; if it is right, the animal may be a disperser."),
    ),
    "ghosts-likely": Words(
        _(
            "With the {animals} animals that were detected at least twice, density is {twice} per 100 km² "
            "in place "
            "of {density} ({change} %). Wrong identifications may have made animals up."
        ),
        _("Review the animals seen once; report the density of --at-least-two beside the other."),
    ),
    "ghosts-unlikely": Words(
        _(
            "With the {animals} animals that were detected at least twice, density is {twice} per 100 km² "
            "in place "
            "of {density} ({change} %)."
        ),
        _("Chance makes such differences; nothing points to animals made up by wrong identification."),
    ),
    "long-season": Words(
        _(
            "Session {session} has {occasions} occasions; in more than {most} days animals are born, die "
            "and move."
        ),
        _("Leave out cubs and dispersers, and state the rule; or split the season into sessions."),
    ),
    "young-counted": Words(
        _("{young} of {animals} individuals are young (“{level}”) and have no range of their own yet."),
        _("Leave them out with --only, and state the rule beside the density."),
    ),
    "not-closed": Words(
        _("Session {session}: animals were present for only part of the season (closure test, z = {z})."),
        _("Shorten the season, leave out dispersers, or analyse it as an open population."),
    ),
    "sexes-pooled": Words(
        _(
            "“{covariate}” is known ({first_level}: {first}, {second_level}: {second}, unknown: {unknown}) "
            "and the "
            "model does not use it; males often range farther."
        ),
        _("Compare with --mixture-covariate {covariate} and sigma~{covariate}."),
    ),
    "sex-ratio": Words(
        _("Seen were {first_level}: {first}, {second_level}: {second}, unknown: {unknown}."),
        _("The ratio in the population is the estimate, not the ratio of those seen."),
    ),
    # The mask
    "buffer-bias": Words(
        _(
            "Session {session}: the buffer of {width} m is too narrow; animals beyond it make density come "
            "out "
            "{bias} % too high."
        ),
        _("Give --buffer {needed}."),
    ),
    "mask-bias": Words(
        _(
            "Session {session}: the mask ends {width} m from a detector. If animals live beyond it, density "
            "comes "
            "out {bias} % too high."
        ),
        _("Where no sea or other natural border ends it, draw the mask to {needed} m from all detectors."),
    ),
    "buffer-narrow": Words(
        _("Session {session}: the buffer of {width} m is less than {sigmas} sigma ({sigma} m each)."),
        _("Give --buffer {needed}."),
    ),
    "buffer-endless": Words(
        _(
            "Session {session}: with this detection function detection falls so slowly that density depends "
            "on the "
            "buffer however wide it is."
        ),
        _("Choose HHN or HEX."),
    ),
    "buffer-refit": Words(
        _("With a buffer of {width} m density is {wider} per 100 km² in place of {density} ({change} %)."),
        _("Use the wider buffer."),
    ),
    "mask-edge": Words(
        _(
            "Session {session}: an animal at the edge of the mask is still detected with a chance of {edge} "
            "%."
        ),
        _("Draw the mask wider where animals can live beyond it."),
    ),
    "mask-coarse": Words(
        _(
            "Session {session}: the points of the mask are {spacing} m apart, too far for a sigma of "
            "{sigma} m."
        ),
        _("Make them {needed} m apart or less."),
    ),
    "mask-fine": Words(
        _(
            "Session {session}: the points of the mask are {spacing} m apart, much closer than needed; it "
            "costs time."
        ),
        _("{needed} m is close enough."),
    ),
    "mesh-differs": Words(
        _("With cells a quarter as large density is {finer} per 100 km² in place of {density} ({change} %)."),
        _("Use a finer mask."),
    ),
    "mesh-agrees": Words(
        _("With cells a quarter as large density stays the same ({finer} and {density} per 100 km²)."),
        _("The mask is fine enough."),
    ),
    "habitat-unknown": Words(
        _("All {area} km² within the buffer count as habitat, water, towns and fields, too."),
        _("Give a mask of the habitat; density is then per area of habitat."),
    ),
    # The design
    "array-small": Words(
        _("Session {session}: the detectors reach {across} m across, less than a home range ({range} m)."),
        _("Spread detectors over more than one home range; sigma and density are unsure until then."),
    ),
    "array-sparse": Words(
        _(
            "Session {session}: detectors cover only {share} % of the area between them; animals there go "
            "unseen."
        ),
        _("Place detectors closer, or in clusters."),
    ),
    "spacing-unlike": Words(
        _("Session {session}: detectors are {spacing} m apart; about {best} m would make density surest."),
        _("Plan the next survey with “amur capture design”."),
    ),
    "imprecise": Words(
        _(
            "The relative standard error of density is {rse} %; {target} % is asked of a survey. With "
            "{animals} "
            "animals and {recaptures} recaptures about {expected} % can be had."
        ),
        _("Report the interval; a longer or larger survey, or sessions pooled, make it narrower."),
    ),
    "k-implausible": Words(
        _(
            "Session {session}: sigma √D is {k}, where animals that live alone have {least} to {most}: "
            "ranges and "
            "density do not go together."
        ),
        _(
            "Check the units of coordinates, the identifications and the mask; for animals in groups this "
            "is usual."
        ),
    ),
    # Years
    "few-returns": Words(
        _(
            "Only {returns} individuals were seen in more than one year; survival needs {needed} or more and "
            "is withheld."
        ),
        _("Survey more years, and check the names of individuals from year to year."),
    ),
    "survival-one": Words(
        _(
            "Survival after {sessions} came out at 1: no loss can be told from these years, and it is "
            "withheld."
        ),
        _("More years, or one survival for all of them, may tell it."),
    ),
    "survival-zero": Words(
        _("Survival after {sessions} came out at 0: nobody came back, and it is withheld."),
        _("Check the names of individuals from year to year."),
    ),
    "no-recruitment": Words(
        _(
            "Recruitment after {sessions} came out at 0: no newcomer can be told from animals that were "
            "missed before, and it is withheld."
        ),
        _("More years, or one recruitment for all of them, may tell it."),
    ),
    "no-movement": Words(
        _("Centres move {move} m in a unit of time, less than a quarter of a cell of the mask ({side} m)."),
        _("Choose static centres: that model says the same."),
    ),
    "coarse-moves": Words(
        _("Centres move {move} m in a unit of time; cells of the mask of {side} m show that only roughly."),
        _("Give a mask with cells of {needed} m or less."),
    ),
    # Simulated surveys
    "misfit-animals": Words(
        _("{observed} individuals were seen; surveys simulated from the fit see {low} to {high} (p = {p})."),
        _("Density may vary more than the model says: give it covariates of habitat, or sessions."),
    ),
    "misfit-detections": Words(
        _("There are {observed} detections; surveys simulated from the fit have {low} to {high} (p = {p})."),
        _("Check effort, and whether single visits are counted several times; let detection vary."),
    ),
    "misfit-once": Words(
        _(
            "The share of individuals seen once is {observed}; surveys simulated from the fit have {low} to "
            "{high} (p = {p})."
        ),
        _("Where it is high, check identifications and passing animals; where low, a learned response."),
    ),
    "misfit-range": Words(
        _(
            "An individual was met by {observed} detectors on average; surveys simulated from the fit have "
            "{low} to {high} (p = {p})."
        ),
        _("Compare other detection functions, and let sigma differ between the sexes or sessions."),
    ),
    "misfit-individuals": Words(
        _(
            "Individuals differ in the number of their detections (variance by mean {observed}) otherwise "
            "than in surveys simulated from the fit, {low} to {high} (p = {p})."
        ),
        _("Let detection differ between classes, such as the sexes; else density comes out too low."),
    ),
    "misfit-places": Words(
        _(
            "Detectors differ in the number of their detections (variance by mean {observed}) otherwise "
            "than in surveys simulated from the fit, {low} to {high} (p = {p})."
        ),
        _("Give the model covariates of detectors, such as trail or bait, and of habitat; check effort."),
    ),
    # Learning
    "learned-better": Words(
        _(
            "A response learned at the detector (bk, {times} times) explains the captures better (AIC lower "
            "by "
            "{delta}); density is then {learned} per 100 km² in place of {density} ({change} %)."
        ),
        _("Where sites were baited or marked, report both densities; put bk into the model of detection."),
    ),
    "learned-no-better": Words(
        _(
            "A response learned at the detector (bk) does not explain the captures better; density would be "
            "{learned} per 100 km² in place of {density} ({change} %)."
        ),
        _("Nothing needs to be done."),
    ),
}


def told(finding: Finding, translate: Callable[[str], str]) -> tuple[str, str]:
    """What is the matter and what to do, in words, with figures of three digits.

    >>> from amur.science.capture.finding import Finding
    >>> told(Finding("mask-edge", "note", {"session": "2026", "edge": 3.14159}), str)[0]
    'Session 2026: an animal at the edge of the mask is still detected with a chance of 3.14 %.'
    """
    words = WORDS[finding.code]
    values = {name: figure(value) for name, value in finding.values.items()}
    return translate(words.matter).format(**values), translate(words.advice).format(**values)


def figure(value: float | int | str) -> str:
    """A number for people.

    >>> figure(12345.6), figure(0.01234), figure(0.0), figure(44), figure("F"), figure(-12.34)
    ('12346', '0.0123', '0', '44', 'F', '-12.3')
    """
    if isinstance(value, str | int):
        return str(value)
    if not math.isfinite(value):
        return "∞"
    if abs(value) >= 1000:
        return f"{value:.0f}"
    text = f"{value:.3g}"
    return f"{value:.6f}".rstrip("0") if "e" in text and abs(value) >= 1e-6 else text
