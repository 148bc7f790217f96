"""Django's registration of the ground floor."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "haidang.core"
    label = "core"

    def ready(self) -> None:
        from haidang.core.jobs import retry

        retry.listen()
