"""Documents, words, and the table of tokens, which is each database's own."""

from django.db import migrations, models


def make_tokens(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE TABLE search_tokens (document_id bigint PRIMARY KEY, tokens tsvector NOT NULL)"
        )
        schema_editor.execute("CREATE INDEX search_tokens_index ON search_tokens USING gin (tokens)")
    else:
        schema_editor.execute(
            "CREATE VIRTUAL TABLE search_tokens USING fts5"
            " (title, keywords, body, tokenize = 'unicode61 remove_diacritics 0')"
        )


def drop_tokens(apps, schema_editor):
    schema_editor.execute("DROP TABLE search_tokens")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("item", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=8)),
                ("addresses", models.JSONField(default=dict)),
                ("title", models.TextField()),
                ("summary", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("keywords", models.TextField(blank=True)),
                ("date", models.CharField(blank=True, max_length=10)),
                ("year", models.CharField(blank=True, max_length=4)),
                ("subjects", models.TextField(blank=True)),
                ("digest", models.CharField(max_length=32)),
            ],
            options={
                "verbose_name": "document of the search",
                "verbose_name_plural": "documents of the search",
                "indexes": [models.Index(fields=["source"], name="search_source")],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "language"), name="a_document_is_found_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=40)),
                ("token", models.CharField(max_length=40)),
                ("documents", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "word of the search",
                "verbose_name_plural": "words of the search",
                "constraints": [
                    models.UniqueConstraint(fields=("word", "token"), name="a_word_is_kept_once")
                ],
            },
        ),
        migrations.RunPython(make_tokens, drop_tokens),
    ]
