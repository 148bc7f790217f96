"""Who works at this desk, and what the organisation chose."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models

from haidang.core.enums import DeskMode, LinkPurpose


class MemberManager(BaseUserManager["Member"]):
    """Finds members by user name, as Django's sign-in asks."""

    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(username=username)


class Member(AbstractBaseUser):
    """A person who works at this desk."""

    username = models.CharField(max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects = MemberManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.username


class Desk(models.Model):
    """What the organisation chose: one row."""

    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, default="VN")
    mode = models.CharField(max_length=10, choices=DeskMode.choices, default=DeskMode.NEW)
    opened_at = models.DateTimeField()
    demo_port = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_desk")]

    def __str__(self) -> str:
        return self.name


class OneTimeLink(models.Model):
    """A link that works once. Only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20, choices=LinkPurpose.choices)
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.CASCADE)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.made_at:%Y-%m-%d}"
