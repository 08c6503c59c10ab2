"""Whatever is done to the log with raw SQL is found, and the entry is named."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from amur.portal.audit import keys
from amur.portal.audit.actions import heads, record, verify
from amur.portal.audit.chain import FIRST
from amur.portal.audit.cli import verify_command
from amur.portal.audit.models import PROGRAMME, AuditEntry, ChainHead
from amur.portal.audit.verification import Damage

pytestmark = pytest.mark.django_db

ENTRIES = 8
# A chain that no fixture writes to.
CHAIN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def chain() -> str:
    for number in range(ENTRIES):
        record(
            "test.thing.change",
            kind="test.thing",
            object_key=f"thing-{number}",
            changes={"n": [number, number + 1]},
            office=uuid.UUID(CHAIN),
        )
    assert verify().is_intact
    return CHAIN


@pytest.fixture
def unprotected(chain) -> str:
    """The chain after somebody with full rights on the database took the triggers off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE 'audit_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_chainhead DISABLE TRIGGER USER")
    return chain


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        assert cursor.rowcount != 0, "the tampering touched nothing"


def found(chain: str = CHAIN) -> list[tuple[Damage, int | None]]:
    return [(problem.damage, problem.sequence) for problem in verify().problems if problem.chain == chain]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET actor = 'nobody'",
        "DELETE FROM audit_auditentry",
        "DELETE FROM audit_auditentry WHERE sequence = 3",
        "DELETE FROM audit_chainhead",
        "UPDATE audit_chainhead SET count = count - 1",
        "UPDATE audit_chainhead SET head = 'x'",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(chain, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement)
    assert verify().is_intact


def test_an_entry_cannot_be_replaced_by_inserting_over_it(chain):
    row = AuditEntry.objects.get(chain=chain, sequence=3)
    columns = [field.column for field in AuditEntry._meta.concrete_fields]
    marks = ", ".join(["%s"] * len(columns))
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    values = [
        str(getattr(row, field.attname)) if field.attname != "object_uuid" else None
        for field in AuditEntry._meta.concrete_fields
    ]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{verb} INTO audit_auditentry ({', '.join(columns)}) VALUES ({marks})", values)
    assert verify().is_intact


def test_the_log_cannot_be_truncated_on_postgresql(chain):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no TRUNCATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("TRUNCATE audit_auditentry")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "somebody else"),
        ("actor_uuid", "9a9a9a9a9a9a49a98a9a9a9a9a9a9a9a"),
        ("action", "test.thing.delete"),
        ("kind", "test.other"),
        ("object_uuid", "9a9a9a9a9a9a49a98a9a9a9a9a9a9a9a"),
        ("object_key", "thing-x"),
        ("changes_text", '{"n":[5,6]}'),
        ("changes_text", "{}"),
        ("previous", "0" * 64),
        ("hash", "f" * 64),
        ("time", "2001-01-01 00:00:00"),
    ],
)
@pytest.mark.parametrize("sequence", [2, 5, ENTRIES])
def test_an_altered_entry_is_named(unprotected, column, value, sequence):
    sql(
        f"UPDATE audit_auditentry SET {column} = %s WHERE chain = %s AND sequence = %s",  # noqa: S608
        value,
        CHAIN,
        sequence,
    )
    first = found()[0]
    # An altered link may look like an entry that was moved; it is the same entry that is named.
    assert first in [(Damage.ALTERED, sequence), (Damage.REORDERED, sequence)]
    assert column == "previous" or first[0] is Damage.ALTERED


@pytest.mark.parametrize("sequence", range(1, ENTRIES))
def test_a_deleted_entry_is_named(unprotected, sequence):
    sql("DELETE FROM audit_auditentry WHERE chain = %s AND sequence = %s", CHAIN, sequence)
    assert found() == [(Damage.MISSING, sequence)]


def test_entries_deleted_at_the_end_are_found(unprotected):
    sql("DELETE FROM audit_auditentry WHERE chain = %s AND sequence > %s", CHAIN, ENTRIES - 2)
    assert found() == [(Damage.TRUNCATED, ENTRIES - 1)]


def test_entries_deleted_at_the_end_are_found_although_the_head_was_made_to_fit(unprotected):
    last = AuditEntry.objects.get(chain=CHAIN, sequence=ENTRIES - 2)
    sql("DELETE FROM audit_auditentry WHERE chain = %s AND sequence > %s", CHAIN, ENTRIES - 2)
    sql("UPDATE audit_chainhead SET count = %s, head = %s WHERE chain = %s", ENTRIES - 2, last.hash, CHAIN)
    assert found() == [(Damage.HEAD_ALTERED, None)]


def test_a_chain_cut_short_stays_known_after_honest_work_went_on(unprotected):
    last = AuditEntry.objects.get(chain=CHAIN, sequence=ENTRIES - 2)
    sql("DELETE FROM audit_auditentry WHERE chain = %s AND sequence > %s", CHAIN, ENTRIES - 2)
    sql("UPDATE audit_chainhead SET count = %s, head = %s WHERE chain = %s", ENTRIES - 2, last.hash, CHAIN)
    record("test.thing.change", office=uuid.UUID(CHAIN))
    assert found() == [(Damage.SEAL_WAS_BROKEN, ENTRIES - 1)]


def test_swapped_entries_are_found(unprotected):
    for old, new in ((3, 900), (4, 3), (900, 4)):
        sql("UPDATE audit_auditentry SET sequence = %s WHERE chain = %s AND sequence = %s", new, CHAIN, old)
    assert found() == [(Damage.REORDERED, 3)]


def test_a_chain_rewritten_with_right_hashes_does_not_pass_without_the_key(unprotected):
    previous = FIRST
    for row in AuditEntry.objects.filter(chain=CHAIN).order_by("sequence"):
        row.actor, row.previous = "nobody", previous
        row.hash = previous = row.computed_hash()
        sql(
            "UPDATE audit_auditentry SET actor = %s, previous = %s, hash = %s WHERE id = %s",
            row.actor,
            row.previous,
            row.hash,
            row.pk,
        )
    sql("UPDATE audit_chainhead SET head = %s WHERE chain = %s", previous, CHAIN)
    assert found() == [(Damage.HEAD_ALTERED, None)]


def test_an_entry_added_behind_the_head_is_found(unprotected):
    row = AuditEntry.objects.get(chain=CHAIN, sequence=ENTRIES)
    row.pk, row.sequence, row.previous = None, ENTRIES + 1, row.hash
    row.hash = row.computed_hash()
    row.save(force_insert=True)
    assert found() == [(Damage.HEAD_ALTERED, ENTRIES + 1)]


def test_a_head_that_was_taken_away_is_found_and_work_goes_on(unprotected):
    sql("DELETE FROM audit_chainhead WHERE chain = %s", CHAIN)
    assert (Damage.HEAD_MISSING, None) in found()
    record("test.thing.change", office=uuid.UUID(CHAIN))
    assert found() == [(Damage.SEAL_WAS_BROKEN, ENTRIES + 1)]


def test_a_whole_chain_that_is_gone_is_found(unprotected):
    sql("DELETE FROM audit_auditentry WHERE chain = %s", CHAIN)
    sql("DELETE FROM audit_chainhead WHERE chain = %s", CHAIN)
    assert found() == [(Damage.CHAIN_MISSING, None)]


def test_the_programmes_chain_that_is_gone_is_found(unprotected):
    sql("DELETE FROM audit_auditentry WHERE chain = %s", PROGRAMME)
    sql("DELETE FROM audit_chainhead WHERE chain = %s", PROGRAMME)
    assert found(PROGRAMME) == [(Damage.CHAIN_MISSING, None)]


def test_an_old_state_put_back_is_found_by_a_witness(unprotected):
    old = ChainHead.objects.get(chain=CHAIN)
    record("test.thing.change", office=uuid.UUID(CHAIN))
    witness = heads()
    sql("DELETE FROM audit_auditentry WHERE chain = %s AND sequence > %s", CHAIN, ENTRIES)
    sql(
        "UPDATE audit_chainhead SET count = %s, head = %s, seal = %s WHERE chain = %s",
        old.count,
        old.head,
        old.seal,
        CHAIN,
    )
    assert verify().is_intact, "inside the database nothing tells"
    assert [(one.damage, one.chain) for one in verify(witness).problems] == [(Damage.NOT_AS_WITNESSED, CHAIN)]


def test_a_lost_key_is_told(chain, settings, tmp_path):
    settings.AMUR_DATA = tmp_path
    assert (Damage.KEY_MISSING, None) in found(PROGRAMME)
    assert not keys.key_file().exists(), "verifying makes no new key"


def test_the_command_tells_what_is_broken_and_fails(unprotected, capsys):
    assert verify_command() == 0
    assert "intact" in capsys.readouterr().out
    sql("DELETE FROM audit_auditentry WHERE chain = %s AND sequence = 4", CHAIN)
    assert verify_command() == 1
    assert f"missing: entry 4 of chain {CHAIN}" in capsys.readouterr().out


def test_two_sections_of_damage_in_two_chains_are_both_told(unprotected):
    sql("DELETE FROM audit_auditentry WHERE chain = %s AND sequence = 4", CHAIN)
    sql("UPDATE audit_auditentry SET actor = 'x' WHERE chain = %s AND sequence = 1", PROGRAMME)
    assert found() == [(Damage.MISSING, 4)]
    assert found(PROGRAMME) == [(Damage.ALTERED, 1)]
