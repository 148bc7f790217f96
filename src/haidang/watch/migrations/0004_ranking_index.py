"""What ranking reads of a hit, in an index of its own. See watch/queries/index.py."""

from django.db import migrations, models

SHORTEN = """
UPDATE watch_article
SET title_exact = substr(title_exact, 1, 400), title_folded = substr(title_folded, 1, 400)
WHERE length(title_exact) > 400 OR length(title_folded) > 400
"""


class Migration(migrations.Migration):
    dependencies = [("watch", "0003_sources")]
    operations = [
        migrations.RunSQL(SHORTEN, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["search_key", "original", "title_folded", "title_exact"],
                name="article_ranking",
            ),
        ),
    ]
