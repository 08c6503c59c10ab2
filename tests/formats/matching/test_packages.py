"""A package is a plain, repeatable archive of statements; what is not as it should be is refused whole."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_rounds import ROUND, both

from amur.formats.errors import FormatError
from amur.formats.matching.packages import Package, read, write

BLOB = b"features of a flank"
NAME = hashlib.sha256(BLOB).hexdigest()


def package() -> Package:
    asker, _answerer = both()
    asker.flank(NAME)
    asker.say("end")
    return Package(ROUND, "a" * 64, "b" * 64, "asker", 3, 0, "c" * 64, asker.said, {NAME: BLOB})


def changed(content: bytes, edit: object) -> bytes:
    """The archive with its list of statements edited."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "statements.json":
                manifest = json.loads(data)
                edit(manifest)  # type: ignore[operator]
                data = json.dumps(manifest).encode()
            new.writestr(zipfile.ZipInfo(info.filename), data)
    return out.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(FormatError) as told:
        read(content)
    return told.value.code


def test_what_is_written_is_read() -> None:
    one = package()
    assert read(write(one)) == one


def test_the_same_content_gives_the_same_bytes_without_a_time() -> None:
    one = package()
    assert write(one) == write(one)
    with zipfile.ZipFile(io.BytesIO(write(one))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr for info in archive.infolist()} <= {0o600 << 16}
        assert not any(info.extra or info.comment for info in archive.infolist())


def test_a_changed_statement_breaks_the_chain() -> None:
    def edit(manifest: dict) -> None:  # type: ignore[type-arg]
        manifest["statements"][0]["body"]["quality"] = 0.9

    assert refused(changed(write(package()), edit)) == "broken-chain"


def test_a_statement_that_was_taken_out_is_noticed() -> None:
    asker, _ = both()
    for _number in range(3):
        asker.flank(NAME)
    one = replace(package(), statements=asker.said)

    def edit(manifest: dict) -> None:  # type: ignore[type-arg]
        del manifest["statements"][1]

    assert refused(changed(write(one), edit)) == "broken-chain"


def test_a_field_that_has_no_place_in_it_is_refused() -> None:
    def edit(manifest: dict) -> None:  # type: ignore[type-arg]
        manifest["statements"][0]["body"]["station"] = "K-17"

    assert refused(changed(write(package()), edit)) == "not-allowed"


def test_content_that_no_statement_names_is_refused() -> None:
    stray = b"a photograph"
    one = replace(package(), blobs={NAME: BLOB, hashlib.sha256(stray).hexdigest(): stray})
    assert refused(write(one)) == "not-allowed"


def test_content_under_a_wrong_hash_is_refused() -> None:
    assert refused(write(replace(package(), blobs={NAME: BLOB + b"!"}))) == "damaged"


def test_a_package_of_a_later_version_says_so() -> None:
    assert refused(changed(write(package()), lambda manifest: manifest.update(version=2))) == "wrong-version"


def test_a_compressed_archive_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("statements.json", b"0" * (1 << 20))
    assert refused(out.getvalue()) == "damaged"


@given(st.binary(max_size=300))
def test_any_other_bytes_are_refused(content: bytes) -> None:
    assert refused(content) in {"damaged", "no-package"}


@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=1, max_value=255))
@settings(max_examples=60)
def test_a_bent_archive_is_refused_or_says_the_same(at: int, bend: int) -> None:
    whole = package()
    content = write(whole)
    at %= len(content)
    bent = content[:at] + bytes([content[at] ^ bend]) + content[at + 1 :]
    try:
        found = read(bent)
    except FormatError:
        return
    assert [each.body for each in found.statements] == [each.body for each in whole.statements]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from(["statements", "role", "number", "acknowledged", "round", "witness", "from", "to"]),
)
def test_any_other_shape_is_refused_with_a_sentence(value: object, name: str) -> None:
    content = changed(write(package()), lambda manifest: manifest.update({name: value}))
    try:
        read(content)
    except FormatError as told:
        assert told.text and told.expected
