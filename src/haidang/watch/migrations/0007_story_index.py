"""What a story's numbers are counted from, in an index of its own. See watch/actions/stories.py."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("watch", "0006_more_common_pairs")]
    operations = [
        migrations.RemoveIndex(model_name="article", name="watch_artic_story_i_faee73_idx"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=[
                    "story",
                    "sort_at",
                    "search_key",
                    "publication",
                    "original",
                    "reprint_kind",
                    "language",
                ],
                name="article_story",
            ),
        ),
    ]
