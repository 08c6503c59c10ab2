"""The code lists of the WDPCA columns, and how a spelling of the past finds its code of today.

Called by `columns.py` and `values.py`. The lists are those that the database's own quality check of December
2025 accepts (columns renamed and widened when the databases of protected areas and of OECMs were merged).
"""

from __future__ import annotations

import re
from difflib import get_close_matches

SITE_TYPE = ("PA", "OECM")
REALM = ("Terrestrial", "Coastal", "Marine")
DESIG_TYPE = ("National", "Regional", "International", "Not Applicable")
IUCN_CAT = ("Ia", "Ib", "II", "III", "IV", "V", "VI", "Not Reported", "Not Applicable", "Not Assigned")
NO_TAKE = ("All", "Part", "None", "Not Reported", "Not Applicable")
STATUS = ("Proposed", "Inscribed", "Adopted", "Designated", "Established", "Not Reported")
GOV_TYPE = (
    "Federal or national ministry or agency",
    "Sub-national ministry or agency",
    "Government-delegated management",
    "Transboundary governance",
    "Collaborative governance",
    "Joint governance",
    "Individual landowners",
    "Non-profit organisations",
    "For-profit organisations",
    "Indigenous Peoples",
    "Local communities",
    "Not Reported",
)
GOVSUBTYPE = (
    *(code for code in GOV_TYPE if "governance" not in code),
    "Not Applicable",
)
OWN_TYPE = (
    "State",
    "Communal",
    "Individual landowners",
    "For-profit organisations",
    "Non-profit organisations",
    "Joint ownership",
    "Multiple ownership",
    "Contested",
    "Indigenous Peoples",
    "Not Reported",
    "Not Applicable",
)
OWNSUBTYPE = tuple(
    code for code in OWN_TYPE if code not in ("Joint ownership", "Multiple ownership", "Contested")
)
CONS_OBJ = ("Primary", "Secondary", "Ancillary", "Not Reported", "Not Applicable")
VERIF = ("State Verified", "Expert Verified", "Not Reported")
INLND_WTRS = ("Measures in place", "No measures in place", "Not Reported", "Not Applicable")
OECM_ASMT = (
    "IUCN WCPA Tool 2023",
    "IUCN WCPA Tool 2022",
    "Draft IUCN WCPA Tool (Pre-2022)",
    "FAO Handbook 2022",
    "CBD Criteria 2018",
    "National Approach",
    "Other Approach",
    "Combined Approaches",
    "Not Assessed",
    "Not Reported",
    "Not Applicable",
)

ISO3 = frozenset(
    """
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS
    BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV
    CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM
    GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN
    IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE
    LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS
    MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK
    PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR
    SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY
    USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
    """.split()  # noqa: SIM905  (a list of 249 strings would fill three pages)
)
"""ISO 3166-1 alpha-3, 249 codes."""

BEYOND_COUNTRIES = "ABNJ"
"""The database's own code for areas beyond national jurisdiction; it stands in iso3 beside the countries."""

_OLD_VALUES = {
    "site_type": {"1": "PA", "0": "OECM"},
    "realm": {"0": "Terrestrial", "1": "Coastal", "2": "Marine"},
}
"""What PA_DEF and MARINE of the older WDPA schema said in figures."""


def code_of(column: str, value: str, codes: tuple[str, ...]) -> str | None:
    """The code that a cell means, `None` if it means none of them.

    Capitals, repeated white space, other dashes and the other English spelling of “organisations” are
    forgiven.

    >>> code_of("gov_type", "non–profit  Organizations", GOV_TYPE)
    'Non-profit organisations'
    >>> code_of("realm", "1", REALM)
    'Coastal'
    """
    old = _OLD_VALUES.get(column, {}).get(value)
    return old or {_folded(code): code for code in codes}.get(_folded(value))


def nearest_code(value: str, codes: tuple[str, ...]) -> str | None:
    """The code whose spelling is nearest to a cell that means none, `None` if none is near."""
    folded = {_folded(code): code for code in codes}
    found = get_close_matches(_folded(value), folded, n=1, cutoff=0.7)
    return folded[found[0]] if found else None


def _folded(value: str) -> str:
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", value).casefold().replace("organiz", "organis")
    return re.sub(r"\s+", " ", text).strip()
