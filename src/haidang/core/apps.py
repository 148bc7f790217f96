"""Django's registration of the ground floor."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CoreConfig(AppConfig):
    name = "haidang.core"
    label = "core"

    def ready(self) -> None:
        from haidang.core.actions.guards import put_up_guards, take_down_guards
        from haidang.core.jobs import retry

        retry.listen()
        pre_migrate.connect(take_down_guards, sender=self)
        post_migrate.connect(put_up_guards, sender=self)
