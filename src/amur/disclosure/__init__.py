"""The one gate of the house: who may see what of a record, and how exactly.

Everything that leaves the house (pages, maps, tiles, feeds, files, packages for partners) is made from a
`View` that `view()` returned; nothing else may coarsen a place or a date. All functions are pure: no
clock, no database, no Django. `amur.portal` calls them; `docs/disclosure.md` explains them to offices.
"""

from amur.disclosure.agreements import Agreement
from amur.disclosure.counts import Count, CountTable, suppress
from amur.disclosure.darwincore import location_terms
from amur.disclosure.defaults import DEFAULT
from amur.disclosure.gate import Decision, Limit, explain, view
from amur.disclosure.grid import Cell, cell_of, coarsest_cell_inside
from amur.disclosure.levels import Audience, Category, Level, Purpose, Side, TimeLevel
from amur.disclosure.loading import RulesError, rules_from_mapping, rules_from_toml
from amur.disclosure.projects import project_category
from amur.disclosure.records import Approval, Place, Record, Release, Unit
from amur.disclosure.rules import Rules
from amur.disclosure.statements import Statement
from amur.disclosure.surfaces import surface_cells, surface_level
from amur.disclosure.texts import Finding, mask, scan
from amur.disclosure.views import ReleasedPlace, View

__all__ = [
    "DEFAULT",
    "Agreement",
    "Approval",
    "Audience",
    "Category",
    "Cell",
    "Count",
    "CountTable",
    "Decision",
    "Finding",
    "Level",
    "Limit",
    "Place",
    "Purpose",
    "Record",
    "Release",
    "ReleasedPlace",
    "Rules",
    "RulesError",
    "Side",
    "Statement",
    "TimeLevel",
    "Unit",
    "View",
    "cell_of",
    "coarsest_cell_inside",
    "explain",
    "location_terms",
    "mask",
    "project_category",
    "rules_from_mapping",
    "rules_from_toml",
    "scan",
    "suppress",
    "surface_cells",
    "surface_level",
    "view",
]
