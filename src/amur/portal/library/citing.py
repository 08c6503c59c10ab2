"""Citations of a publication for reference managers: CSL-JSON, BibTeX and RIS. Called by `views`.

Sources: the schema of CSL-JSON 1.0 (citationstyles.org), the entry types of BibTeX, the tags of RIS.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

CSL_TYPES: Final = {
    "book": "book",
    "report": "report",
    "article": "article-journal",
    "newsletter": "article-magazine",
    "leaflet": "pamphlet",
    "map": "map",
}
BIBTEX_TYPES: Final = {"book": "book", "report": "techreport", "article": "article"}
RIS_TYPES: Final = {"book": "BOOK", "report": "RPRT", "article": "JOUR", "newsletter": "MGZN", "map": "MAP"}
_TEX: Final = str.maketrans(
    {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {one: "\\" + one for one in "&%$#_{}"}
)


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited. Authors are written `Family, Given`, or as one name; `issued` is a reduced ISO date."""

    key: str
    type: str
    title: str
    language: str
    authors: tuple[str, ...]
    issued: str
    publisher: str = ""
    doi: str = ""
    isbn: str = ""
    address: str = ""


def csl(work: Work) -> str:
    """The work as CSL-JSON."""
    item: dict[str, object] = {
        "id": work.key,
        "type": CSL_TYPES.get(work.type, "document"),
        "title": work.title,
        "language": work.language,
        "author": [_person(one) for one in work.authors],
        "issued": {"date-parts": [[int(part) for part in work.issued.split("-")]]},
        "container-title" if work.type == "article" else "publisher": work.publisher,
        "DOI": work.doi,
        "ISBN": work.isbn,
        "URL": work.address,
    }
    return json.dumps([{key: value for key, value in item.items() if value}], ensure_ascii=False, indent=2)


def _person(name: str) -> Mapping[str, str]:
    family, comma, given = (part.strip() for part in name.partition(","))
    return {"family": family, "given": given} if comma else {"literal": name}


def bibtex(work: Work) -> str:
    """The work as one BibTeX entry; letters that TeX would take for its own are escaped.

    >>> print(bibtex(Work("a", "book", "Cats & storks", "en", ("Ivanova, A.",), "2021")))
    @book{a,
      title = {{Cats \\& storks}},
      author = {Ivanova, A.},
      year = {2021},
      langid = {en},
    }
    """
    field = "journal" if work.type == "article" else "institution" if work.type == "report" else "publisher"
    values = {
        "title": f"{{{_tex(work.title)}}}",
        "author": " and ".join(_tex(one) if "," in one else f"{{{_tex(one)}}}" for one in work.authors),
        "year": work.issued[:4],
        field: _tex(work.publisher),
        "doi": work.doi,
        "isbn": work.isbn,
        "url": work.address,
        "langid": work.language,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in values.items() if value]
    return "\n".join([f"@{BIBTEX_TYPES.get(work.type, 'misc')}{{{work.key},", *lines, "}"])


def _tex(text: str) -> str:
    return " ".join(text.split()).translate(_TEX)


def ris(work: Work) -> str:
    """The work as one RIS record, with the line ends that the format demands."""
    rows = [
        ("TY", RIS_TYPES.get(work.type, "GEN")),
        ("ID", work.key),
        ("TI", work.title),
        *(("AU", one) for one in work.authors),
        ("PY", work.issued[:4]),
        ("DA", "/".join([*work.issued.split("-"), "", "", ""][:3]) + "/"),
        ("T2" if work.type == "article" else "PB", work.publisher),
        ("DO", work.doi),
        ("SN", work.isbn),
        ("UR", work.address),
        ("LA", work.language),
        ("ER", ""),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in rows if value or tag == "ER"]
    return "\r\n".join(lines) + "\r\n"


FORMS: Final[Mapping[str, tuple[Callable[[Work], str], str]]] = {
    "json": (csl, "application/vnd.citationstyles.csl+json"),
    "bib": (bibtex, "application/x-bibtex"),
    "ris": (ris, "application/x-research-info-systems"),
}
