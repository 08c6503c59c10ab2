"""Every sentence that these job files can say, by code: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from amur.formats.errors import Wording, problem_of
from amur.formats.jobs import messages as jobs

WORDINGS: Mapping[str, Wording] = {
    **jobs.WORDINGS,
    "key-out-of-place": Wording(
        "“{key}” has no effect in the mode “{scenario}”.", "Remove it, or choose another mode."
    ),
    "list-whole": Wording(
        "“{value}” is no whole number of 0 or more.", "Number the nodes 0, 1, 2 and so on."
    ),
    "point-outside": Wording(
        "Place {place} at {easting}, {northing} lies outside the landscape "
        "({west} to {east}, {south} to {north}).",
        "Correct the coordinates; the columns are value, easting, northing.",
    ),
    "points-background": Wording(
        "{share} of all cells of this raster are focal cells; the value {value} alone fills {count} of them "
        "and looks like a background.",
        "Set the cells without a focal node to no data (NODATA_value), then run again.",
    ),
    "points-many": Wording(
        "The file names {count} different focal nodes; more than {limit} cannot be computed in a lifetime.",
        "Check that this is the file of focal nodes and not the resistances.",
    ),
    "points-few": Wording(
        "The file names {count} focal nodes.", "Give at least two different numbers above 0."
    ),
    "points-not-whole": Wording(
        "The value {value} is no number of a focal node.", "Number focal nodes with whole numbers above 0."
    ),
    "resistance-zero": Wording(
        "The resistance is 0 here ({count} such cells).",
        "Give a small resistance, or join the cells by a file of short-circuit regions (polygon_file).",
    ),
    "resistance-negative": Wording(
        "{count} cells are negative; they count as no data, as in Circuitscape.",
        "Set them to the no-data value.",
    ),
    "edge-zero": Wording(
        "The resistance between {first} and {second} is 0.", "Give a resistance above 0, or merge the nodes."
    ),
    "edge-negative": Wording("The value {value} is not above 0.", "Give positive values."),
    "node-unknown": Wording(
        "Node {node} is not in the network “{network}”.", "Correct the number, or add its edges."
    ),
    "ground-negative": Wording("The ground value {value} is negative.", "Give 0 or more."),
    "conflict-ground-left": Wording(
        "rmvall takes the source away and leaves the ground, as Circuitscape does.",
        "To take both away, write a short job (.toml) with conflict = “neither”.",
    ),
    "sources-none": Wording("No current source lies on the landscape.", "Check the source file."),
    "grounds-none": Wording("No ground lies on the landscape.", "Check the ground file."),
    "pairs-first-line": Wording(
        "“{line}” does not say how the pairs are meant.",
        "Begin with “mode include”, “mode exclude”, or with “min …” and “max …” for a matrix.",
    ),
    "pairs-matrix": Wording(
        "Line {line} of the matrix has {found} values, the head names {wanted} nodes.",
        "Write 0 and the numbers of the nodes in the head, then a line for each node.",
    ),
    "pairs-dropped": Wording(
        "{count} focal nodes are not in the file of pairs and are left out: {nodes}.",
        "Add them if they are wanted.",
    ),
    "pairs-unknown": Wording(
        "The file of pairs names focal nodes that do not exist: {nodes}.", "Correct the numbers."
    ),
    "focal-no-data": Wording(
        "Focal node {node} lies on cells without data (row {row}, column {column}).",
        "Move it; its resistances are -1.",
    ),
}

problem = partial(problem_of, WORDINGS)
