import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("offices", "0002_names_and_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("report", "report"), ("sheets", "feedback sheets")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("run", models.UUIDField(unique=True, verbose_name="run")),
                ("start", models.DateField(verbose_name="start")),
                ("end", models.DateField(verbose_name="end")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("made", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                ("pdf", models.CharField(max_length=64, verbose_name="SHA-256 of the PDF")),
                ("docx", models.CharField(blank=True, max_length=64, verbose_name="SHA-256 of the DOCX")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.office",
                        verbose_name="office",
                    ),
                ),
            ],
            options={
                "verbose_name": "report of patrols",
                "verbose_name_plural": "reports of patrols",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("patrols", "Patrols"),
                            ("patrol_days", "Patrol days"),
                            ("calendar_days", "Calendar days"),
                            ("distance", "Kilometres"),
                            ("patrol_hours", "Patrol hours"),
                            ("field_hours", "Field hours, without rest"),
                            ("person_days", "Person-days"),
                            ("person_field_hours", "Person-hours in the field"),
                        ],
                        max_length=40,
                        verbose_name="measure",
                    ),
                ),
                ("amount", models.FloatField(verbose_name="target")),
                ("start", models.DateField(verbose_name="start")),
                ("end", models.DateField(verbose_name="end")),
                ("station", models.CharField(blank=True, max_length=300, verbose_name="station")),
                ("team", models.CharField(blank=True, max_length=300, verbose_name="team")),
                ("mandate", models.CharField(blank=True, max_length=300, verbose_name="mandate")),
                ("transport", models.CharField(blank=True, max_length=300, verbose_name="transport")),
                ("ended", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.office",
                        verbose_name="office",
                    ),
                ),
            ],
            options={
                "verbose_name": "target of patrols",
                "verbose_name_plural": "targets of patrols",
                "ordering": ("end", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="a_target_is_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__gte", models.F("start"))),
                        name="a_target_ends_after_its_start",
                    ),
                ],
            },
        ),
    ]
