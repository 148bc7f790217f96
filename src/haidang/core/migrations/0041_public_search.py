"""The full-text index of public texts, filled with what is public already. See core/queries/finding.py."""

from django.db import migrations

from haidang.engine.search import index_form

SQLITE = """
CREATE VIRTUAL TABLE core_search USING fts5(
    exact, folded, content='', tokenize="unicode61 remove_diacritics 0"
)
"""
POSTGRESQL = """
CREATE TABLE core_search (key bigint PRIMARY KEY, exact tsvector NOT NULL, folded tsvector NOT NULL);
CREATE INDEX core_search_exact ON core_search USING gin (exact);
CREATE INDEX core_search_folded ON core_search USING gin (folded);
"""
FILL = {
    "sqlite": "INSERT INTO core_search (rowid, exact, folded) VALUES (%s, %s, %s)",
    "postgresql": (
        "INSERT INTO core_search (key, exact, folded)"
        " VALUES (%s, to_tsvector('simple', %s), to_tsvector('simple', %s))"
    ),
}


def make_index(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    schema_editor.execute(POSTGRESQL if vendor == "postgresql" else SQLITE)
    items = apps.get_model("core", "PublicItem").objects.filter(withdrawn_why="")
    with schema_editor.connection.cursor() as cursor:
        for item in items.iterator(500):
            form = index_form(item.title, "", item.text.partition("\n\n")[2].strip())
            cursor.execute(FILL[vendor], [item.pk, form.exact, form.folded])


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP TABLE core_search")


class Migration(migrations.Migration):
    dependencies = [("core", "0040_public_site")]
    operations = [migrations.RunPython(make_index, drop_index)]
