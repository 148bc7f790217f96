"""Django's registration of the room."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "haidang.watch"
    label = "watch"
