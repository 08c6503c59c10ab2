"""Every sentence about tables of prey counts, by code: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping

from amur.formats.errors import Wording
from amur.formats.texts import WORDINGS as TEXTS

WORDINGS: Mapping[str, Wording] = {
    **TEXTS,
    "file-empty": Wording("The file holds no rows.", "Write one line for each {what}, below the titles."),
    "columns-missing": Wording(
        "The columns {missing} are missing; there are {found}.", "Name the columns in the first line."
    ),
    "columns-twice": Wording("Two columns are called {name}.", "Rename or remove one of them."),
    "row-columns": Wording("The line has {found} values, the titles {wanted}.", "Complete the line."),
    "value-empty": Wording("There is no {what}.", "Write {example}."),
    "value-wrong": Wording("“{value}” is no {what}.", "Write {example}."),
    "value-unknown": Wording("“{value}” is not known here.", "Write one of {known}."),
    "row-twice": Wording("The same stands in row {first} already: {what}.", "Leave one of them out."),
    "row-differs": Wording(
        "The {what} of “{name}” is {value} here and {first} in row {row_first}.", "Correct one of them."
    ),
    "stratum-unknown": Wording("The stratum “{name}” is not in {file}.", "Correct it, or add it there."),
    "stratum-empty": Wording("The stratum “{name}” has no {what}.", "Add them, or remove the stratum."),
    "species-no-path": Wording(
        "There is no daily path of “{species}”{season}.",
        "Add daily paths of this species and season, or its coefficient with --coefficients.",
    ),
    "species-unknown": Wording("There is no row of “{species}”.", "Write one of {known}."),
    "species-missing": Wording(
        "“{species}” has no row for {count} counts of a route; they are taken as without tracks.",
        "Write 0 where no tracks were found, and nothing where the species was not looked for.",
    ),
    "seasons-mixed": Wording(
        "The daily paths of “{species}” are of several seasons: {seasons}.",
        "Choose the season of the count with --season; animals walk less in deep snow.",
    ),
    "path-one": Wording(
        "“{species}” has daily paths of one animal only.",
        "Its part of the variance is unknown and left out; follow more animals.",
    ),
    "tracks-crossings": Wording(
        "Crossings without a species.", "Write the species, or 0 crossings where the route had no tracks."
    ),
    "tracks-first": Wording(
        "Not all crossings were counted.",
        "The formula needs every crossing of the day, not the first of each animal: leave the route out.",
    ),
    "tracks-order": Wording(
        "The count {counted} is not after the erasing of tracks {erased}.", "Correct the dates."
    ),
    "tracks-gap": Wording(
        "Tracks were counted {hours} hours after they were erased.",
        "The formula is for tracks of one day: erase on the first day, count on the second.",
    ),
    "tracks-undated": Wording(
        "There are no times of erasing and counting, so nobody can see that the tracks are of one day.",
        "Add the columns erased and counted.",
    ),
    "tracks-snowfall": Wording(
        "It snowed {snowfall}, between the erasing of tracks and the count.",
        "Tracks before it are covered: leave the route out unless the snow was light.",
    ),
    "tracks-crust": Wording("The snow had a crust.", "Tracks on it are missed: leave the route out."),
    "tracks-heavy": Wording("It snowed heavily.", "Animals lie and tracks are covered: leave the route out."),
    "tracks-cold": Wording(
        "It was {temperature} °C.",
        "Animals move little in extreme cold: leave the route out, or give --coldest.",
    ),
    "route-again": Wording(
        "The route “{route}” was counted on {count} days.", "Its days are added up; they are one sample."
    ),
    "distance-units": Wording(
        "The largest distance is {largest} m.", "Check --distance-unit where this cannot be."
    ),
    "effort-units": Wording(
        "The lines are {length} m long, shorter than the largest distance, {largest} m.",
        "Check --effort-unit and --distance-unit.",
    ),
    "effort-camera": Wording(
        "Points were visited up to {visits} times, yet each is said to see the whole circle.",
        "A camera sees a part of it: give --fraction (such as 0.1167 for 42 degrees) or a column fraction.",
    ),
    "area-unknown": Wording(
        "The stratum “{name}” has no area.",
        "Write it in the column area; without it there is density only.",
    ),
    "area-needed": Wording(
        "The stratum “{name}” has no area.", "Write it in the column area: strata are weighted by area."
    ),
    "sites-visits": Wording(
        "No columns of visits were found among {found}.",
        "Call them visit_1, visit_2 …, or name them with --visits.",
    ),
    "sites-column": Wording("There is no column {name}; there are {found}.", "Correct the name."),
    "sites-wide": Wording(
        "The covariate {name} has {found} columns, there are {wanted} visits.", "Give one for each visit."
    ),
    "sites-covariate": Wording(
        "The covariate {name} of the site is unknown.", "Write it, or leave the site out."
    ),
    "sites-unvisited": Wording("The site has no visit.", "It plays no part; leave it out, or complete it."),
    "zone-twice": Wording("{name} stands in row {first} already.", "Leave one of them out."),
    "zone-missing": Wording("There is no {name}.", "Add a line with its estimate, se and unit."),
    "zone-unit": Wording(
        "{name} has the unit “{value}”.", "Write one of {known}: a figure without its unit is worth nothing."
    ),
    "zone-figures": Wording("The figures cannot be right: {reason}.", "Check their units."),
    "encounters-reacting": Wording(
        "{count} of {all} encounters were with animals that reacted to the camera; they are left out.",
        "The speed and the place of such an animal are not its own.",
    ),
    "encounters-more": Wording(
        "{reacting} animals reacted, but only {encounters} were met.", "Correct one of them."
    ),
    "norms": Wording("The norms cannot be used: {reason}.", "See docs/prey.md for an example."),
}
