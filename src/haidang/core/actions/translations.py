"""What a text at the gate may say of itself: on which page it stands, and of which text it is a translation."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from haidang.core.enums import PassageAct
from haidang.core.models import Passage, PublicItem


def check_translation(
    original: PublicItem | None, *, page: str, language: str, item: PublicItem | None
) -> None:
    """Whether a text in `language` may be called a translation of `original`. Raises ValidationError.

    `item`: the public text that is corrected. A translation is of an original, in the other language; each
    has one, and the two texts of a page need none: they stand at one address in two languages.
    """
    if original is None:
        return
    told = ""
    if page:
        told = _("The texts of a page belong together by themselves.")
    elif original.withdrawn_why:
        told = _("This text was withdrawn.")
    elif original.language == language:
        told = _("A translation is in the other language.")
    elif original.translation_of_id is not None:
        told = _("That text is a translation itself: name its original.")
    elif item is not None and item.translations.filter(withdrawn_why="").exists():
        told = _("Another text is called a translation of this one.")
    else:
        others = original.translations.filter(language=language, withdrawn_why="")
        if others.exclude(pk=item.pk if item else 0).exists():
            told = _("That text has its translation already.")
    if told:
        raise ValidationError({"translation_of": told})


def check_page(passage: Passage) -> None:
    """Refuse a second text of a page: the one that stands is corrected. Raises ValidationError.

    Called behind the passage's row: then no other passage of that page can be published meanwhile.
    """
    if passage.act != PassageAct.PUBLISH or not passage.page:
        return
    standing = PublicItem.objects.filter(
        page=passage.page, language=passage.language, withdrawn_why=""
    )
    if standing.exists():
        raise ValidationError(
            {"page": _("Your text stands on this page already: correct that one.")}
        )
