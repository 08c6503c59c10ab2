"""The content of a package: statements of one side from a number on, with what belongs to them, as a ZIP.

The same content gives the same bytes: members are stored in the order of their hashes, with one date for all
(1980-01-01, the zero of the format) and no attributes. Reading checks everything and unpacks nothing to disk.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from amur.formats.matching.messages import refusal
from amur.formats.matching.sealing import LIMIT_BYTES
from amur.formats.matching.statements import Role, Statement, canonical, require_follows, state

VERSION: Final = 1
_MANIFEST: Final = "statements.json"
_MOST_MEMBERS: Final = 20_000
_MANIFEST_BYTES: Final = 32 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """What one side sends: `number` counts its packages in the round, `acknowledged` is how many statements
    of the other side it has, `witness` the head of its audit chain, `blobs` contents by hash."""

    round_id: str
    sender: str
    recipient: str
    role: Role
    number: int
    acknowledged: int
    witness: str
    statements: Sequence[Statement]
    blobs: Mapping[str, bytes] = field(default_factory=dict)


def write(package: Package) -> bytes:
    """The content to be sealed."""
    manifest = {
        "format": "amur-matching",
        "version": VERSION,
        "round": package.round_id,
        "from": package.sender,
        "to": package.recipient,
        "role": package.role,
        "number": package.number,
        "acknowledged": package.acknowledged,
        "witness": package.witness,
        "statements": [
            {"number": each.number, "kind": each.kind, "body": each.body, "previous": each.previous}
            for each in package.statements
        ],
    }
    members = {_MANIFEST: canonical(manifest), **package.blobs}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name), members[name])
    return content.getvalue()


def read(content: bytes, file: str = "package") -> Package:
    """The package behind a content that was unsealed. Raises FormatError; then nothing of it is used."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _members(archive, file)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise refusal("damaged", file) from error
    manifest = _manifest(members.pop(_MANIFEST, b""), file)
    if manifest.get("format") != "amur-matching":
        raise refusal("no-package", file)
    if manifest.get("version") != VERSION:
        raise refusal("wrong-version", file, version=str(manifest.get("version"))[:20], expected=VERSION)
    for name, blob in members.items():
        if hashlib.sha256(blob).hexdigest() != name:
            raise refusal("damaged", file)
    try:
        package = _package(manifest, members)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        if hasattr(error, "wording"):
            raise
        raise refusal("damaged", file) from error
    if surplus := set(members) - {each.blob for each in package.statements}:
        raise refusal("not-allowed", file, what=min(surplus)[:60])
    return package


def _members(archive: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > _MOST_MEMBERS or len({info.filename for info in infos}) != len(infos):
        raise refusal("damaged", file)
    if any(info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1 for info in infos):
        raise refusal("damaged", file)
    if sum(info.file_size for info in infos) > LIMIT_BYTES:
        raise refusal("too-large", file, limit=LIMIT_BYTES >> 20)
    return {info.filename: archive.read(info) for info in infos}


def _manifest(text: bytes, file: str) -> dict[str, Any]:
    if not text or len(text) > _MANIFEST_BYTES:
        raise refusal("damaged", file)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refusal("damaged", file) from error
    if not isinstance(found, dict):
        raise refusal("damaged", file)
    return found


def _package(manifest: Mapping[str, Any], blobs: Mapping[str, bytes]) -> Package:
    role: Role = "asker" if manifest["role"] == "asker" else "answerer"
    round_id = str(manifest["round"])
    statements: list[Statement] = []
    for given in manifest["statements"]:
        one = state(
            round_id, role, int(given["number"]), str(given["kind"]), given["body"], str(given["previous"])
        )
        if statements:
            if one.number != statements[-1].number + 1:
                raise refusal("broken-chain", number=one.number)
            require_follows(one, statements[-1].hash)
        statements.append(one)
    return Package(
        round_id=round_id,
        sender=str(manifest["from"]),
        recipient=str(manifest["to"]),
        role=role,
        number=int(manifest["number"]),
        acknowledged=int(manifest["acknowledged"]),
        witness=str(manifest["witness"])[:64],
        statements=statements,
        blobs=dict(blobs),
    )
