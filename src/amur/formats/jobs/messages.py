"""The sentences that every job file can say, by code: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from amur.formats.errors import Wording, problem_of

WORDINGS: Mapping[str, Wording] = {
    "job-missing": Wording("There is no file at “{path}”.", "Check the name and the folder."),
    "job-unreadable": Wording("The file cannot be read: {reason}.", "Save it again as text in UTF-8."),
    "job-encoding": Wording(
        "The file is not in UTF-8; Windows-1251 was assumed.", "Save it in UTF-8 to be sure of the letters."
    ),
    "job-line": Wording("“{line}” is no setting.", "Write “name = value”, or a comment after “#”."),
    "job-toml": Wording("The TOML cannot be read: {reason}.", "Mend the line that is named."),
    "key-unknown": Wording("There is no setting “{key}”.", "Did you mean “{nearest}”?"),
    "key-unknown-alone": Wording("There is no setting “{key}”.", "Remove it; the manual lists all settings."),
    "key-twice": Wording(
        "“{key}” is set twice; the last value, “{value}”, was taken.", "Keep one of the lines."
    ),
    "key-missing": Wording("“{key}” is not set, and this job needs it.", "Add {wanted}."),
    "key-value": Wording("“{value}” is no value of “{key}”.", "Write {wanted}."),
    "key-without-effect": Wording(
        "“{key}” has no effect here: {why}.", "Nothing to do; the results are the same without it."
    ),
    "key-refused": Wording("“{key} = {value}” is not supported: {why}.", "{instead}"),
    "input-missing": Wording(
        "The file “{value}” of “{key}” is not there; these folders were searched: {searched}.",
        "Correct the path, or start from the folder that the path begins in.",
    ),
    "list-missing": Wording("There is no file at “{path}”.", "Check the name and the folder."),
    "list-empty": Wording("The list holds no lines.", "Write one line for each place."),
    "list-columns": Wording(
        "The line has {found} columns, the list needs {wanted}.",
        "Write {names}, with tabs, blanks or commas between them.",
    ),
    "list-value": Wording("“{value}” is not a number.", "Write a number, with a point for decimals."),
    "landscape-empty": Wording(
        "No cell conducts.", "Check the no-data value, the mask and whether the values are resistances."
    ),
}

problem = partial(problem_of, WORDINGS)
