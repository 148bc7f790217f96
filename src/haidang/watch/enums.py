"""Closed sets of the room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Where a publication stands, seen from the desk."""

    DISTRICT = "district", _("district or commune")
    PROVINCE = "province", _("province")
    NATIONAL = "national", _("national")
    FOREIGN = "foreign", _("foreign")


class FeedKind(models.TextChoices):
    """What a feed is; unknown until its first visit."""

    UNKNOWN = "unknown", _("not read yet")
    RSS = "rss", "RSS"
    ATOM = "atom", "Atom"
    JSON = "json", "JSON Feed"
    SITEMAP = "sitemap", _("news sitemap")
    PAGE = "page", _("page without a feed")
    IMPORT = "import", _("import from a file")


class EntryState(models.TextChoices):
    """How far an entry has come on its way to an article."""

    WAITING = "waiting", _("waiting to be read")
    READ = "read", _("read, waiting to be placed")
    PLACED = "placed", _("placed in a story")
    REFUSED = "refused", _("not taken")
    FAILED = "failed", _("could not be read")


class ReprintKind(models.TextChoices):
    """How a reprint relates to its original."""

    VERBATIM = "verbatim", _("verbatim")
    EDITED = "edited", _("edited")
    CUT = "cut", _("cut")


class PageKind(models.TextChoices):
    """What the text of an article was taken from."""

    ARTICLE = "article", _("article page")
    PAYWALL = "paywall", _("page behind a paywall")
    CONSENT = "consent", _("page behind a consent wall")
    SUMMARY = "summary", _("the feed's summary only")
    IMPORTED = "imported", _("imported text")


class Precision(models.TextChoices):
    """How exactly a date is known."""

    TIME = "time", _("to the minute")
    DAY = "day", _("to the day")
    MONTH = "month", _("to the month")
    SEEN = "seen", _("no date given: when we first saw it")
