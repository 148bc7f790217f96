"""Django's registration of the room."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "haidang.watch"
    label = "watch"

    def ready(self) -> None:
        from haidang.core.machines import share_turns
        from haidang.watch.actions.hosts import DatabaseTurns

        share_turns(DatabaseTurns)
