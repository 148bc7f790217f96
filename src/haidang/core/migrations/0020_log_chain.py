"""The log becomes a chain (1 of 3): room for numbers, digests, words, heads and those who keep them."""

import django.db.models.deletion
from django.db import migrations, models

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def entry_key(name):
    return models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT,
        primary_key=True,
        related_name=name,
        serialize=False,
        to="core.logentry",
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0011_first_roles")]
    operations = [
        migrations.AddField("logentry", "number", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("logentry", "words_digest", models.CharField(default="", max_length=64)),
        migrations.AddField("logentry", "before", models.CharField(default="", max_length=64)),
        migrations.AddField("logentry", "digest", models.CharField(default="", max_length=64)),
        migrations.CreateModel(
            "LogWords",
            fields=[
                ("entry", entry_key("words")),
                ("salt", models.CharField(max_length=32)),
                ("what", models.CharField(blank=True, max_length=200)),
                ("data", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            "LogErasure",
            fields=[
                ("entry", entry_key("erasure")),
                (
                    "by_entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erased",
                        to="core.logentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            "LogHead",
            fields=[
                ("id", ID),
                ("number", models.PositiveBigIntegerField(unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                ("key", models.CharField(max_length=64)),
                ("proof", models.CharField(max_length=128)),
            ],
            options={"ordering": ["-number"]},
        ),
        migrations.CreateModel(
            "OutsideKeeper",
            fields=[
                ("id", ID),
                ("name", models.CharField(max_length=200)),
                ("address", models.EmailField(blank=True, max_length=254)),
                ("copy_url", models.URLField(blank=True)),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.CreateModel(
            "HeadCopy",
            fields=[
                ("id", ID),
                ("made_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "head",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="core.loghead",
                    ),
                ),
                (
                    "keeper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="core.outsidekeeper",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["keeper", "head"], name="one_copy_for_a_keeper"
                    )
                ]
            },
        ),
    ]
