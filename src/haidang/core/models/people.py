"""Who works at this desk, and what the organisation chose."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.crypto import salted_hmac

from haidang.core.enums import DeskMode, InboxMail, LinkPurpose


class MemberManager(BaseUserManager["Member"]):
    """Finds members by user name, as Django's sign-in asks."""

    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(username=username)


class Member(AbstractBaseUser):
    """A person who works at this desk.

    `session_round` counts up whenever all sessions of the member are to end: each session is bound to
    the round in which it began, so that none comes back to life with a member who returns.
    `mail_language`: that of letters to them; "" is the desk's own.
    """

    username = models.CharField(max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(max_length=120, blank=True)
    affiliation = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    inbox_mail = models.CharField(max_length=10, choices=InboxMail.choices, default=InboxMail.ASKS)
    mail_language = models.CharField(max_length=11, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="invited"
    )
    session_round = models.PositiveIntegerField(default=0)

    objects = MemberManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(invited_by=models.F("id")), name="nobody_invites_oneself"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session is bound to: the password, and the round of sessions."""
        bound = f"{self.password}|{self.session_round}"
        told = salted_hmac("haidang.core.Member.session", bound, secret=secret, algorithm="sha256")
        return told.hexdigest()


class Desk(models.Model):
    """What the organisation chose: one row. `languages`: codes of the languages it publishes in."""

    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, default="VN")
    province = models.CharField(max_length=120, blank=True)
    languages = models.JSONField(default=list)
    contact = models.CharField(max_length=200, blank=True)
    mode = models.CharField(max_length=10, choices=DeskMode.choices, default=DeskMode.NEW)
    opened_at = models.DateTimeField()
    demo_port = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_desk")]

    def __str__(self) -> str:
        return self.name


class OneTimeLink(models.Model):
    """A link that works once. Only the hash of its token is kept, and who made it for whom.

    A link that was used stays: whoever made it could have used it too, so the two may not approve each
    other for a while (promise 5).
    """

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20, choices=LinkPurpose.choices)
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.CASCADE)
    made_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="links_made"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.made_at:%Y-%m-%d}"
