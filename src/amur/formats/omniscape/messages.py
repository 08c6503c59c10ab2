"""Every sentence that these job files can say, by code: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from amur.formats.errors import Wording, problem_of
from amur.formats.jobs import messages as jobs

WORDINGS: Mapping[str, Wording] = {
    **jobs.WORDINGS,
    "keys-missing": Wording("Not set, and this job needs it: {keys}.", "Add {wanted}."),
    "key-stranger": Wording(
        "There is no setting “{key}”; it has no effect, as in Omniscape.", "Remove the line."
    ),
    "block-even": Wording(
        "“block_size = {value}” is even; {used} is used, as in Omniscape, so that a block has a middle.",
        "Write an odd number.",
    ),
    "block-large": Wording(
        "Blocks of {block} cells do not fit into a window of radius {radius}.",
        "Write a “block_size” of at most twice the “radius”.",
    ),
    "bounds": Wording("“{lower}” is above “{upper}”, so no source would match.", "Exchange the two values."),
    "future-without-condition": Wording(
        "“compare_to_future = {value}” speaks of condition 2, and “n_conditions” is 1.",
        "Write “n_conditions = 2”, or “compare_to_future = 1” or none.",
    ),
    "maps-none": Wording(
        "The job asks for no map: “write_raw_currmap”, “calc_flow_potential” and “calc_normalized_current” "
        "are all false.",
        "Set one of them to true to get a file; the report shows the current all the same.",
    ),
    "not-above-zero": Wording(
        "The value is {value} here, and {count} cells are 0 or below.",
        "Give a resistance (or conductance) above 0, or no data where nothing passes.",
    ),
    "source-negative": Wording(
        "The source strength is {value} here, and {count} cells are below 0.",
        "Give 0 where there is no source.",
    ),
    "sources-none": Wording(
        "No cell with data is a source.", "Check the source strengths, “source_threshold” and “r_cutoff”."
    ),
    "condition-without-data": Wording(
        "{count} source cells have no value of this condition; they match every target, as in Omniscape.",
        "Give every source cell a value.",
    ),
    "laid-by-cells": Wording(
        "The raster lies elsewhere than “{reference}” and was laid onto it cell by cell, as "
        "“allow_different_projections” says.",
        "Remove that setting to be told the offset.",
    ),
}

problem = partial(problem_of, WORDINGS)
