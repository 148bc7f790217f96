"""The full-text index: words only, keyed by time. See watch/queries/index.py."""

from django.db import migrations

SQLITE = """
CREATE VIRTUAL TABLE watch_search USING fts5(
    exact, folded, facets, content='', tokenize="unicode61 remove_diacritics 0"
)
"""
POSTGRESQL = """
CREATE TABLE watch_search (key bigint PRIMARY KEY, exact tsvector NOT NULL, folded tsvector NOT NULL);
CREATE INDEX watch_search_exact ON watch_search USING gin (exact);
CREATE INDEX watch_search_folded ON watch_search USING gin (folded);
"""


def make_index(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRESQL if postgresql else SQLITE)


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP TABLE watch_search")


class Migration(migrations.Migration):
    dependencies = [("watch", "0001_initial")]
    operations = [migrations.RunPython(make_index, drop_index)]
