"""The rule tables of the programme, read once from `amur.toml` beside this module.

`DEFAULT` is what the gate uses unless a caller brings other tables. A mistake in the file stops the
program at its start: it must not run with half a table.
"""

from __future__ import annotations

from importlib.resources import files

from amur.disclosure.loading import rules_from_toml
from amur.disclosure.rules import Rules

DEFAULT: Rules = rules_from_toml(files("amur.disclosure").joinpath("amur.toml").read_text(encoding="utf-8"))
