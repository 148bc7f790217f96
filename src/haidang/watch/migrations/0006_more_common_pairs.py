"""The list of common words grew, so the search rows of SQLite are written anew once more (engine/search/pairs.py)."""

from importlib import import_module

from django.db import migrations

fill_index = import_module("haidang.watch.migrations.0005_common_pairs").fill_index


class Migration(migrations.Migration):
    dependencies = [("watch", "0005_common_pairs")]
    operations = [migrations.RunPython(fill_index, migrations.RunPython.noop)]
