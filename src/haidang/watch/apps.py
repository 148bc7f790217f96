"""Django's registration of the room."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "haidang.watch"
    label = "watch"

    def ready(self) -> None:
        from haidang.core import inbox
        from haidang.core.audit import sentences
        from haidang.core.machines import share_turns
        from haidang.watch.act_sentences import SENTENCES
        from haidang.watch.actions.hosts import DatabaseTurns
        from haidang.watch.inbox_kinds import KINDS

        inbox.teach(KINDS)
        sentences.teach(SENTENCES)
        share_turns(DatabaseTurns)
