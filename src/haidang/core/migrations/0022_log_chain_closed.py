"""The log becomes a chain (3 of 3): every entry has its place; the triggers come after each migration."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("core", "0021_log_chain_existing")]
    operations = [
        migrations.RemoveField("logentry", "what"),
        migrations.RemoveField("logentry", "data"),
        migrations.AlterField(
            "logentry", "number", models.PositiveBigIntegerField(unique=True)
        ),
        migrations.AlterField("logentry", "words_digest", models.CharField(max_length=64)),
        migrations.AlterField("logentry", "before", models.CharField(max_length=64)),
        migrations.AlterField("logentry", "digest", models.CharField(max_length=64)),
        migrations.AddConstraint(
            "logentry",
            models.UniqueConstraint(fields=["before"], name="log_does_not_fork"),
        ),
        migrations.AddConstraint(
            "logentry",
            models.CheckConstraint(condition=Q(number__gte=1), name="log_begins_at_one"),
        ),
    ]
