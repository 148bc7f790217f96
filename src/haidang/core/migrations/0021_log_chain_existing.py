"""The log becomes a chain (2 of 3): the entries that are there, in the order they were written."""

import secrets

from django.db import migrations

from haidang.core.audit import chain


def chain_entries(apps, schema_editor):
    """By the same form as those to come; their words move to their own rows."""
    Entry, Words = apps.get_model("core", "LogEntry"), apps.get_model("core", "LogWords")
    before = chain.FIRST_BEFORE
    for number, entry in enumerate(Entry.objects.order_by("id").iterator(), start=1):
        salt, data = secrets.token_hex(16), chain.tidy(entry.data)
        what = chain.tidy_text(entry.what)
        entry.number, entry.before = number, before
        entry.words_digest = chain.digest_words(what, data, salt)
        entry.digest = before = chain.digest_entry(
            number=number,
            at=entry.at,
            by=entry.member_id,
            act=entry.act,
            words=entry.words_digest,
            before=before,
        )
        entry.save(update_fields=["number", "before", "words_digest", "digest"])
        Words.objects.create(entry=entry, salt=salt, what=what, data=data)


def unchain_entries(apps, schema_editor):
    Words = apps.get_model("core", "LogWords")
    for words in Words.objects.select_related("entry").iterator():
        words.entry.what, words.entry.data = words.what, words.data
        words.entry.save(update_fields=["what", "data"])


class Migration(migrations.Migration):
    dependencies = [("core", "0020_log_chain")]
    operations = [migrations.RunPython(chain_entries, unchain_entries)]
