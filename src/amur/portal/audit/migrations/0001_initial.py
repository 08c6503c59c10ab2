"""The log's tables, and the triggers by which the database itself refuses to change the log."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WORDS = "the audit log is append-only"

SQLITE = (
    f"""CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_auditentry
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
    f"""CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_auditentry
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
    # INSERT OR REPLACE deletes without telling the delete trigger.
    f"""CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_auditentry
        WHEN EXISTS (SELECT 1 FROM audit_auditentry
                     WHERE id = NEW.id OR (chain = NEW.chain AND sequence = NEW.sequence))
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",  # noqa: S608  # constant text
    f"""CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_chainhead
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
    f"""CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_chainhead
        WHEN NEW.chain <> OLD.chain OR NEW.count <= OLD.count
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
)
SQLITE_BACK = tuple(
    f"DROP TRIGGER IF EXISTS {name}"
    for name in (
        "audit_entry_no_update",
        "audit_entry_no_delete",
        "audit_entry_no_replace",
        "audit_head_no_delete",
        "audit_head_grows",
    )
)

POSTGRESQL = (
    f"""CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$""",
    f"""CREATE FUNCTION audit_head_grows() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
             IF NEW.chain <> OLD.chain OR NEW.count <= OLD.count THEN RAISE EXCEPTION '{WORDS}'; END IF;
             RETURN NEW;
           END $$""",
    """CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditentry
       FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE OR TRUNCATE ON audit_chainhead
       FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_chainhead
       FOR EACH ROW EXECUTE FUNCTION audit_head_grows()""",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER IF EXISTS audit_entry_append_only ON audit_auditentry",
    "DROP TRIGGER IF EXISTS audit_head_no_delete ON audit_chainhead",
    "DROP TRIGGER IF EXISTS audit_head_grows ON audit_chainhead",
    "DROP FUNCTION IF EXISTS audit_refuse()",
    "DROP FUNCTION IF EXISTS audit_head_grows()",
)


def protect(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def unprotect(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE_BACK if editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        editor.execute(statement)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chain", models.CharField(max_length=36, verbose_name="chain")),
                ("sequence", models.BigIntegerField(verbose_name="number")),
                ("time", models.DateTimeField(db_index=True, verbose_name="time (UTC)")),
                ("actor_uuid", models.UUIDField(null=True)),
                ("actor", models.CharField(max_length=160, verbose_name="who")),
                ("action", models.CharField(db_index=True, max_length=120, verbose_name="action")),
                ("kind", models.CharField(max_length=80, verbose_name="kind of record")),
                ("object_uuid", models.UUIDField(null=True)),
                ("object_key", models.CharField(max_length=200, verbose_name="record")),
                ("changes_text", models.TextField(default="{}", verbose_name="changes")),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, verbose_name="hash")),
            ],
            options={
                "verbose_name": "entry of the audit log",
                "verbose_name_plural": "audit log",
                "db_table": "audit_auditentry",
                "ordering": ("chain", "sequence"),
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "sequence"), name="audit_numbered_once")
                ],
                "indexes": [models.Index(fields=["kind", "object_uuid"], name="audit_of_a_record")],
            },
        ),
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chain", models.CharField(max_length=36, unique=True)),
                ("count", models.BigIntegerField(default=0)),
                ("head", models.CharField(max_length=64)),
                ("seal", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "head of a chain",
                "verbose_name_plural": "heads of chains",
                "db_table": "audit_chainhead",
                "default_permissions": (),
            },
        ),
        migrations.RunPython(protect, unprotect),
        # From here on Django leaves the tables alone: flushing a database does not empty the log.
        migrations.AlterModelOptions(
            name="auditentry",
            options={
                "verbose_name": "entry of the audit log",
                "verbose_name_plural": "audit log",
                "ordering": ("chain", "sequence"),
                "default_permissions": ("view",),
                "managed": False,
            },
        ),
        migrations.AlterModelOptions(
            name="chainhead",
            options={
                "verbose_name": "head of a chain",
                "verbose_name_plural": "heads of chains",
                "default_permissions": (),
                "managed": False,
            },
        ),
    ]
