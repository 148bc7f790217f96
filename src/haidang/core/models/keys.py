"""What a member gives to programs of their own: tokens for the API, private addresses of lists.

Only hashes are kept; the day of the last use is kept, never the hour, and no address of whoever used it.
"""

from __future__ import annotations

from django.db import models

from haidang.core.models.people import Member


class AccessToken(models.Model):
    """A token with which a program reads the API in a member's name, and never more than they may."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class PrivateFeed(models.Model):
    """A list of the desk at an address that only its member knows.

    `path`: that of the list, with its query and without its format.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="private_feeds")
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=500)
    language = models.CharField(max_length=5)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
