"""SMART, the software of ranger patrols: its XML and the JSON of its phones, without loss.

`documents.py` reads and writes patrols, data models, configurable models and incidents; `mobile.py` what
phones send; `clocks.py` makes instants of local times; `checking.py` holds observations against a data model.
"""

from __future__ import annotations

from amur.formats.smart.checking import ModelCheck
from amur.formats.smart.clocks import fixes_of, geometry_of, instant_of, instants_of
from amur.formats.smart.configurable import ConfigurableModel
from amur.formats.smart.datamodel import DataModel
from amur.formats.smart.documents import (
    Document,
    Read,
    examine,
    read_configurable_model,
    read_data_model,
    read_incident,
    read_patrol,
    text_of,
    write_document,
)
from amur.formats.smart.incident import Incident
from amur.formats.smart.patrol import Patrol

__all__ = [
    "ConfigurableModel",
    "DataModel",
    "Document",
    "Incident",
    "ModelCheck",
    "Patrol",
    "Read",
    "examine",
    "fixes_of",
    "geometry_of",
    "instant_of",
    "instants_of",
    "read_configurable_model",
    "read_data_model",
    "read_incident",
    "read_patrol",
    "text_of",
    "write_document",
]
