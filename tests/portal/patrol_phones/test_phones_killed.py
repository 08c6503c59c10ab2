"""A centre that is killed at each kind of moment while phones send loses nothing that it acknowledged."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import kills
import phone_samples as phone
import pytest
from django.db import connection

from amur.portal.audit import keys

WHOLES = phone.patrol(minutes=20)[:12]
BODIES = [phone.body(WHOLES[first : first + 4]) for first in (4, 0, 8)] + [phone.body([phone.incident("I1")])]
KINDS = (
    "fsync patrols/phones", "replace patrols/phones", "INSERT patrol_phones_delivery", "INSERT patrols_act",
    "INSERT patrols_phonemessage", "INSERT patrols_patrol", "UPDATE patrol_phones_delivery", "commit",
)  # fmt: skip
STATE = {
    "patrols": "SELECT code, sha256 FROM patrols_patrol WHERE ended_id IS NULL ORDER BY 1",
    "incidents": "SELECT code, sha256 FROM patrols_incident WHERE ended_id IS NULL ORDER BY 1",
    "messages": "SELECT digest, waits FROM patrols_phonemessage WHERE ended_id IS NULL ORDER BY 1",
}


def acknowledged(centre: Path) -> Path:
    """Where the phone notes what it need not send again."""
    return centre.with_name("acknowledged")


def send(centre: Path) -> None:
    """What a phone does: sends what nobody has acknowledged yet."""
    from django.test import Client

    from amur.portal.patrol_phones.models import Phone

    client, device = Client(SERVER_NAME="localhost"), Phone.objects.select_related("office").get()
    notes = acknowledged(centre)
    notes.touch()
    for body in BODIES:
        name = hashlib.sha256(body).hexdigest()
        if name in notes.read_text():
            continue
        address = f"/server/api/data/{device.office.uuid}?api_key=token"
        answer = client.post(address, body, content_type="application/json")
        assert answer.status_code == 200, answer.content
        with notes.open("a") as out:
            out.write(f"{name}\n")


def ask(centre: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(centre / "amur.sqlite3", timeout=30)) as database:
        return database.execute(question).fetchall()


def state_of(centre: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {name: ask(centre, question) for name, question in STATE.items()}


def test_nothing_that_was_acknowledged_is_lost(cast: Any, tmp_path: Path, settings: Any) -> None:
    from amur.portal.patrol_phones import tokens
    from amur.portal.patrol_phones.models import Phone

    if connection.vendor != "sqlite":
        pytest.skip("the processes of this test share a file of SQLite")
    centre = tmp_path / "centre"
    centre.mkdir()
    shutil.copy(keys.key_file(), centre)
    settings.AMUR_DATA = centre
    Phone.objects.create(
        office=cast.ours, name="1", token_hash=tokens.hash_of("token"), hint="t", given_by=cast.data_manager
    )
    (centre / "amur.sqlite3").write_bytes(connection.connection.serialize())
    with kills.Nursery(centre, f"{__name__}:send") as nursery:
        acknowledged(centre).unlink()
        passed = nursery.do()
        whole = state_of(centre)
        assert len(whole["patrols"]) == len(whole["incidents"]) == 1 and len(whole["messages"]) == 13
        assert not {f"before {kind}" for kind in KINDS} - set(passed)
        moments = kills.aimed(passed)
        for moment in moments:
            nursery.begin_anew()
            acknowledged(centre).unlink()
            assert nursery.kill(moment), moment
            kept = {name for (name,) in ask(centre, "SELECT sha256 FROM patrol_phones_delivery")}
            for name in acknowledged(centre).read_text().split():
                assert name in kept, moment
                content = (centre / "patrols" / "phones" / name).read_bytes()
                assert hashlib.sha256(content).hexdigest() == name, moment
            nursery.do()
            assert state_of(centre) == whole, moment
        print(f"{len(passed)} moments, {len(moments)} kills at {len(set(passed))} kinds")
