"""Units of text as a gettext catalogue (PO), for translators who work with Poedit and its like.

The context of an entry names item and unit; tags stand in the text as they are; whatever is not reviewed is
marked `fuzzy`.

>>> batch = Batch("ru", "en", (Unit("news/1", "title", "Тигр", "Tiger", "reviewed"),))
>>> read_po(write_po(batch)) == batch
True
"""

import tempfile

import polib

from amur.formats.errors import ProblemList
from amur.formats.units import STATES, WORDINGS, Batch, Unit, doubled

RICH = "html"
STATE = "amur-state:"


def write_po(batch: Batch) -> bytes:
    """The catalogue in UTF-8."""
    file = polib.POFile(wrapwidth=0)
    file.metadata = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": batch.target_language,
        "X-Source-Language": batch.source_language,
    }
    for one in batch.units:
        entry = polib.POEntry(
            msgctxt=f"{one.item}#{one.id}",
            msgid=one.source,
            msgstr=one.target,
            comment="\n".join(line for line in (one.title, one.note) if line),
            occurrences=[],
        )
        entry.flags = [f"{STATE}{one.state}", *([RICH] if one.rich else [])]
        if one.target and one.state != "reviewed":
            entry.flags.insert(0, "fuzzy")
        file.append(entry)
    return str(file).encode()


def read_po(data: bytes, name: str = "file.po") -> Batch:
    """The units of a catalogue. Raises FormatErrors with every problem of the file."""
    problems = ProblemList(WORDINGS, name)
    try:
        file = _parsed(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        problems.error("encoding")
    except OSError as error:
        problems.error("unreadable", why=str(error).rpartition(":")[2].strip() or "it is no catalogue")
    problems.raise_if_errors()
    for key, which in (("X-Source-Language", "source"), ("Language", "target")):
        if not file.metadata.get(key):
            problems.error("no-language", which=which)
    units = []
    for number, entry in enumerate((one for one in file if not one.obsolete), start=1):
        item, sign, unit = (entry.msgctxt or "").partition("#")
        if not (item and sign and unit):
            problems.error("no-id", row=number)
            continue
        units.append(_unit(entry, item, unit))
    for number, unit in doubled(units):
        problems.error("twice", row=number, unit=unit)
    problems.raise_if_errors()
    return Batch(file.metadata["X-Source-Language"], file.metadata["Language"], tuple(units))


def _parsed(text: str) -> polib.POFile:
    # A text given as such polib would divide at every character that Unicode calls a line end, and some of
    # them stand in texts; a file it divides at line feeds.
    with tempfile.NamedTemporaryFile(suffix=".po") as file:
        file.write(text.encode())
        file.flush()
        return polib.pofile(file.name, encoding="utf-8")


def _unit(entry: polib.POEntry, item: str, unit: str) -> Unit:
    title, _end, note = (entry.comment or "").partition("\n")
    return Unit(
        item=item,
        id=unit,
        source=entry.msgid,
        target=entry.msgstr,
        state=_state(entry),
        rich=RICH in entry.flags,
        title=title,
        note=note,
    )


def _state(entry: polib.POEntry) -> str:
    """The state as the translator left it: taking the mark `fuzzy` away says that it is reviewed."""
    if not entry.msgstr:
        return "missing"
    if "fuzzy" not in entry.flags:
        return "reviewed"
    known = next((one.removeprefix(STATE) for one in entry.flags if one.startswith(STATE)), "draft")
    return known if known in STATES and known not in {"missing", "reviewed"} else "draft"
