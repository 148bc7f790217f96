"""Closed sets of the room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Where a publication stands, seen from the desk."""

    DISTRICT = "district", _("district or commune")
    PROVINCE = "province", _("province")
    NATIONAL = "national", _("national")
    FOREIGN = "foreign", _("foreign")

    @property
    def bit(self) -> int:
        """One bit for each level, so that a story's levels are one small number."""
        return 1 << list(Level).index(self)


class FeedKind(models.TextChoices):
    """What a feed is; unknown until its first visit."""

    UNKNOWN = "unknown", _("not read yet")
    RSS = "rss", "RSS"
    ATOM = "atom", "Atom"
    JSON = "json", "JSON Feed"
    SITEMAP = "sitemap", _("news sitemap")
    PAGE = "page", _("page without a feed")
    IMPORT = "import", _("import from a file")
    BACKFILL = "backfill", _("older articles from a sitemap")
    HAND = "hand", _("articles entered by hand")


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
    HAND = "hand", _("entered by hand")


class Precision(models.TextChoices):
    """How exactly a date is known."""

    TIME = "time", _("to the minute")
    DAY = "day", _("to the day")
    MONTH = "month", _("to the month")
    SEEN = "seen", _("no date given: when we first saw it")


class SubscriptionState(models.TextChoices):
    """How far a subscription at a hub has come."""

    ASKED = "asked", _("asked, the hub has not confirmed it yet")
    ON = "on", _("the hub tells of new entries")
    REFUSED = "refused", _("the hub refused")


class KeptWhy(models.TextChoices):
    """Why a record of the archive is kept for ever."""

    PROOF = "proof", _("the page on which an organisation names its publication")
    HAND = "hand", _("the page of an article entered by hand")
    MEMBER = "member", _("a member asked for it")
    USED = "used", _("another record of the desk stands on it")


class PauseWhy(models.TextChoices):
    """Why a publication is not read at present."""

    MEMBER = "member", _("the desk paused it")
    LEFT = "left", _("the desk no longer follows it")
    MARKED = "marked", _("somebody said that it is a person; two members will decide")
    PERSON = "person", _("two members found that it is a person")


class ProposalState(models.TextChoices):
    """How far a proposed registration has come."""

    READING = "reading", _("the organisation's page is being read")
    UNPROVEN = "unproven", _("the organisation's page does not bear it out")
    WAITING = "waiting", _("waits for a second member")
    REGISTERED = "registered", _("registered")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Finding(models.TextChoices):
    """What two members found of an entry that somebody called a person."""

    PERSON = "person", _("it is a person")
    PUBLICATION = "publication", _("it is the publication of an organisation")


class CredentialKind(models.TextChoices):
    """How a subscribed source wants to be told who asks."""

    PASSWORD = "password", _("user name and password")
    TOKEN = "token", _("token")


class Way(models.TextChoices):
    """How an article comes in by hand."""

    ADDRESS = "address", _("from its address")
    TEXT = "text", _("from pasted text")
    FILE = "file", _("from a file")


class DraftState(models.TextChoices):
    """How far an article has come that is entered by hand."""

    WAITING = "waiting", _("is being read")
    READY = "ready", _("waits to be looked through")
    CONFIRMED = "confirmed", _("is being placed")
    PLACED = "placed", _("placed in a story")


class ClippingKind(models.TextChoices):
    """The kinds of file that are taken as evidence of an article."""

    PNG = "png", _("PNG picture")
    JPEG = "jpeg", _("JPEG picture")
    TIFF = "tiff", _("TIFF picture")
    PDF = "pdf", "PDF"
    TEXT = "text", _("plain text")


class RegroupingKind(models.TextChoices):
    """What a person did to the grouping."""

    SPLIT = "split", _("split off")
    MOVE = "move", _("moved")
    MERGE = "merge", _("merged")
    PIN = "pin", _("pinned")
    UNPIN = "unpin", _("unpinned")
    PIN_STORY = "pin_story", _("pinned the story")
    UNPIN_STORY = "unpin_story", _("unpinned the story")
    UNDO = "undo", _("undid")
