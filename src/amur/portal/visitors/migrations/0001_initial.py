"""The tables of counts and receipts, and the triggers that keep receipts as they were written."""

import uuid

import django.core.validators
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WORDS = "receipts of choices are append-only"
TABLES = {"visitors_receipt": ("uuid", "previous"), "visitors_noticetext": ("hash",)}


def sqlite(table: str, unique: tuple[str, ...]) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    same = " OR ".join(f"{column} = NEW.{column}" for column in ("id", *unique))
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608  # constant text
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE deletes without telling the delete trigger.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}",
    ]


def postgresql(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION visitors_refuse()"
    )


REFUSE = f"""CREATE FUNCTION visitors_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$"""


def protect(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        editor.execute(REFUSE)
    for table, unique in TABLES.items():
        statements = sqlite(table, unique) if editor.connection.vendor == "sqlite" else [postgresql(table)]
        for statement in statements:
            editor.execute(statement)


def unprotect(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        if editor.connection.vendor == "sqlite":
            for what in ("update", "delete", "replace"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{what}")
        else:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
    if editor.connection.vendor != "sqlite":
        editor.execute("DROP FUNCTION IF EXISTS visitors_refuse()")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="NoticeText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hash", models.CharField(max_length=32, unique=True, verbose_name="hash of the text")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("text", models.TextField(verbose_name="text")),
            ],
            options={
                "verbose_name": "text of a notice",
                "verbose_name_plural": "texts of notices",
                "db_table": "visitors_noticetext",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="number of the receipt"),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("grant", "agreed"),
                            ("refuse", "refused"),
                            ("change", "changed"),
                            ("withdraw", "withdrawn"),
                        ],
                        max_length=8,
                        verbose_name="what was done",
                    ),
                ),
                ("purposes", models.JSONField(verbose_name="purposes, each with yes or no")),
                ("notice", models.CharField(max_length=32, verbose_name="version of the notice")),
                (
                    "text_hash",
                    models.CharField(max_length=32, verbose_name="hash of the text that was shown"),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language of the text")),
                ("variant", models.CharField(max_length=20, verbose_name="form of the page")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("notice", "the notice on a page"),
                            ("page", "the page of privacy choices"),
                            ("receipt", "a receipt"),
                        ],
                        max_length=8,
                        verbose_name="where it was chosen",
                    ),
                ),
                (
                    "gpc",
                    models.BooleanField(
                        verbose_name="the browser asked for privacy (Global Privacy Control)"
                    ),
                ),
                ("time", models.DateTimeField(verbose_name="time (UTC)")),
                ("expires", models.DateTimeField(verbose_name="asked again after (UTC)")),
                (
                    "previous",
                    models.UUIDField(null=True, unique=True, verbose_name="receipt before this one"),
                ),
            ],
            options={
                "verbose_name": "receipt of a choice",
                "verbose_name_plural": "receipts of choices",
                "db_table": "visitors_receipt",
                "ordering": ("time", "pk"),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PageCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "hour",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(23)], verbose_name="hour"
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language of the address")),
                ("path", models.CharField(max_length=300, verbose_name="page")),
                (
                    "referrer",
                    models.CharField(blank=True, max_length=100, verbose_name="site that the link was on"),
                ),
                (
                    "device",
                    models.CharField(
                        choices=[("computer", "Computer"), ("phone", "Telephone"), ("tablet", "Tablet")],
                        max_length=8,
                        verbose_name="kind of device",
                    ),
                ),
                ("views", models.PositiveIntegerField(default=0, verbose_name="page views")),
                ("readers", models.PositiveIntegerField(default=0, verbose_name="readers")),
                ("visits", models.PositiveIntegerField(default=0, verbose_name="visits")),
            ],
            options={
                "verbose_name": "count of page views",
                "verbose_name_plural": "counts of page views",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "hour", "language", "path", "referrer", "device"),
                        name="one_count_of_a_page",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("language", models.CharField(max_length=10, verbose_name="language of the address")),
                ("words", models.CharField(max_length=60, verbose_name="words")),
                ("searches", models.PositiveIntegerField(default=0, verbose_name="searches")),
                (
                    "unanswered",
                    models.PositiveIntegerField(default=0, verbose_name="searches without a result"),
                ),
            ],
            options={
                "verbose_name": "count of searches",
                "verbose_name_plural": "counts of searches",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("day", "language", "words"), name="one_count_of_words")
                ],
            },
        ),
        migrations.RunPython(protect, unprotect),
        # From here on Django leaves the receipts alone: flushing a database does not empty them.
        migrations.AlterModelOptions(
            name="noticetext",
            options={
                "verbose_name": "text of a notice",
                "verbose_name_plural": "texts of notices",
                "default_permissions": (),
                "managed": False,
            },
        ),
        migrations.AlterModelOptions(
            name="receipt",
            options={
                "verbose_name": "receipt of a choice",
                "verbose_name_plural": "receipts of choices",
                "default_permissions": (),
                "ordering": ("time", "pk"),
                "managed": False,
            },
        ),
    ]
