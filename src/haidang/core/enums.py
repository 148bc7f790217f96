"""Closed sets of the ground floor."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeskMode(models.TextChoices):
    """What this installation is being used for."""

    NEW = "new", _("new")
    DEMO = "demo", _("demo")
    REAL = "real", _("real")


class LinkPurpose(models.TextChoices):
    """What a one-time link may do."""

    FIRST_MEMBER = "first_member", _("set up the first member")
    NEW_PASSWORD = "new_password", _("set a new password")
