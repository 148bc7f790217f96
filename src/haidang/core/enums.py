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
    INVITATION = "invitation", _("come in for the first time")
    NEW_PASSWORD = "new_password", _("set a new password")
    NEW_START = "new_start", _("set a new password and drop the second factors")


class ItemKind(models.TextChoices):
    """What can become public."""

    NOTICE = "notice", _("notice")
    PAGE = "page", _("the organisation's own text on a page of the site")


class SitePage(models.TextChoices):
    """The pages on which a desk tells of itself; each has a text of ours and one of the organisation."""

    METHOD = "method", _("How we work")
    TEAM = "team", _("Who we are")
    FUNDING = "funding", _("Who pays")
    COMPLAINTS = "complaints", _("Complaints")


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


class ExportPurpose(models.TextChoices):
    """What a whole export is for, as strangers read it: a closed set, so that no free text goes out with it."""

    MOVE = "move", _("moving to another installation")
    HANDOVER = "handover", _("handing over to an archive or a successor")
    INSPECTION = "inspection", _("an inspection or a court")
    TRIAL = "trial", _("trying whether the way out is open")


class Role(models.TextChoices):
    """What a member is at a unit and at those under it; `roles.py` says what each role may do."""

    READER = "reader", _("reader")
    EDITOR = "editor", _("editor")
    CONTRIBUTOR = "contributor", _("contributor")
    REVIEWER = "reviewer", _("reviewer")
    PUBLISHER = "publisher", _("publisher")
    PLANNER = "planner", _("planner")
    EXPERT = "expert", _("expert")
    JURY_SECRETARY = "jury_secretary", _("jury secretary")
    JUROR = "juror", _("juror")
    ADMINISTRATOR = "administrator", _("administrator")


class UnitKind(models.TextChoices):
    """Where in the tree a unit stands."""

    CENTRAL = "central", _("central body")
    PROVINCE = "province", _("province or city")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune or ward")
    OFFICE = "office", _("office or department")


class UnitEvent(models.TextChoices):
    """What happened to a unit on a day."""

    OPENED = "opened", _("opened")
    RENAMED = "renamed", _("renamed")
    MOVED = "moved", _("moved under another unit")
    MERGED = "merged", _("merged into another unit")
    SPLIT = "split", _("split off from another unit")
    CLOSED = "closed", _("closed")


class Scope(models.TextChoices):
    """What a token may be used for; never more than its member may."""

    PUBLIC = "read:public", _("read what anyone may read, at a member's pace")
    STORIES = "read:stories", _("read stories and articles")
    SEARCH = "read:search", _("search")
    SOURCES = "read:sources", _("read sources and how they fare")


class InboxMail(models.TextChoices):
    """Which lines of their inbox a member wants by mail too, at the address that they gave."""

    ASKS = "asks", _("only what waits for an act of mine")
    ALL = "all", _("everything that is new")
    NONE = "none", _("nothing")


class LetterKind(models.TextChoices):
    """What a letter is for."""

    HEAD = "head", _("head of the log, for an outside keeper")
    MEMBER = "member", _("message to a member")
    CONFIRM = "confirm", _("question whether somebody wants the notices")
    NOTICE = "notice", _("notice, for a subscriber")


class LetterEnd(models.TextChoices):
    """How it ended with a letter that was not taken."""

    REFUSED = "refused", _("refused for good")
    TIRED = "tired", _("not taken within three days")
    UNSURE = "unsure", _("nobody knows whether it was taken")
    DROPPED = "dropped", _("no longer wanted")


class PublicEvent(models.TextChoices):
    """What happens to a public text, as machines are told."""

    PUBLISHED = "item.published", _("published")
    CORRECTED = "item.corrected", _("corrected")
    WITHDRAWN = "item.withdrawn", _("withdrawn")
