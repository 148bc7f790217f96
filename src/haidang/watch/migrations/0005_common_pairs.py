"""The search rows of SQLite get the pairs of common words; all of them are written anew. See engine/search/pairs.py."""

from django.db import migrations

from haidang.engine.search import index_form


def fill_index(apps, schema_editor):
    """Takes about a minute for 50,000 articles."""
    if schema_editor.connection.vendor == "postgresql":
        return
    articles = apps.get_model("watch", "Article").objects.select_related("publication")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO watch_search (watch_search) VALUES ('delete-all')")
        for article in articles.order_by("search_key").iterator(500):
            form = index_form(article.title, article.lead, article.text)
            language = "".join(filter(str.isalnum, article.language.lower()))
            paper = article.publication
            facets = f"fp{paper.id} fc{paper.country.lower()} fl{language} fv{paper.level}"
            cursor.execute(
                "INSERT INTO watch_search (rowid, exact, folded, facets) VALUES (%s, %s, %s, %s)",
                [article.search_key, form.exact, form.folded, f"{facets} {form.pairs}"],
            )


class Migration(migrations.Migration):
    dependencies = [("watch", "0004_ranking_index")]
    operations = [migrations.RunPython(fill_index, migrations.RunPython.noop)]
