"""What a finding of the scan means, told to whoever decides about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

FINDINGS = {
    "identity": _("Looks like a citizen's identity number."),
    "passport": _("Looks like the number of a passport."),
    "phone": _("Looks like a telephone number. Is it an office's, and meant to be called?"),
    "email": _("A mail address. Is it an office's, and meant to be written to?"),
    "address": _("Looks like the place where a person lives."),
    "account": _("Looks like a bank account."),
    "card": _("Looks like the number of a bank card."),
    "plate": _("Looks like the plate of a vehicle."),
    "minor": _("Looks like the name of a child under sixteen."),
    "mark": _(
        "A mark of classification. A marked document is not published; ask whoever marked it."
    ),
}
