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


class ItemKind(models.TextChoices):
    """What can become public."""

    NOTICE = "notice", _("notice")


class PassageAct(models.TextChoices):
    """What a way through the gate does."""

    PUBLISH = "publish", _("publish")
    CORRECT = "correct", _("correct")
    WITHDRAW = "withdraw", _("withdraw")


class WithdrawWhy(models.TextChoices):
    """Why a public text was withdrawn: what its readers are told."""

    ERROR = "error", _("It was published in error.")
    WRONG = "wrong", _("What it said was wrong.")
    PRIVACY = "privacy", _("It held data of a person that should not be public.")
    REPLACED = "replaced", _("Another text stands in its place.")
    LAW = "law", _("A court or an authority ordered it.")
