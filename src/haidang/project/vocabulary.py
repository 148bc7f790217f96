"""`/vocabulary`: the closed sets of words that this desk uses, in both languages, for anyone (promise 3).

Each room brings its own; this is the one place that knows all. A set is closed in the code: nothing here is
data that a member could add to. Internal states of the machine are no vocabulary and are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from haidang.core.enums import ItemKind, PassageAct, Role, SitePage, UnitKind, WithdrawWhy
from haidang.core.keeping import public_page
from haidang.core.syndication import Alternate, answer_table
from haidang.core.views.site import LANGUAGES, place_of, render_site
from haidang.watch.enums import Finding, Level, PageKind, PauseWhy, Precision, ReprintKind
from haidang.watch.media_topics import load_media_topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of a set: its code, which never changes its meaning, and its name in both languages."""

    code: str
    vi: str
    en: str
    broader: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A closed set. `source`: whose it is, where it is not ours."""

    code: str
    name: LazyText | str
    terms: Callable[[], tuple[Term, ...]]
    source: LazyText | str = ""


def terms_of(words: type[TextChoices]) -> Callable[[], tuple[Term, ...]]:
    """The terms of a set of the code."""

    def read() -> tuple[Term, ...]:
        names: dict[str, dict[str, str]] = {}
        for language, _name in LANGUAGES:
            with override(language):
                for value, label in words.choices:
                    names.setdefault(value, {})[language] = str(label)
        return tuple(Term(code=value, **told) for value, told in names.items())

    return read


def terms_of_media() -> tuple[Term, ...]:
    """The IPTC's terms with our Vietnamese names."""
    return tuple(
        Term(code=one.id, vi=one.vi, en=one.en, broader=one.broader)
        for one in load_media_topics().values()
    )


VOCABULARIES = (
    Vocabulary(code="item_kind", name=_("What can become public"), terms=terms_of(ItemKind)),
    Vocabulary(code="act", name=_("What the publishing gate does"), terms=terms_of(PassageAct)),
    Vocabulary(
        code="withdrawn_why", name=_("Why a text was withdrawn"), terms=terms_of(WithdrawWhy)
    ),
    Vocabulary(code="site_page", name=_("Pages of the organisation"), terms=terms_of(SitePage)),
    Vocabulary(code="role", name=_("Roles of members"), terms=terms_of(Role)),
    Vocabulary(code="unit_kind", name=_("Kinds of units"), terms=terms_of(UnitKind)),
    Vocabulary(code="level", name=_("Levels of publications"), terms=terms_of(Level)),
    Vocabulary(code="reprint_kind", name=_("Kinds of reprints"), terms=terms_of(ReprintKind)),
    Vocabulary(
        code="page_kind", name=_("What an article's text comes from"), terms=terms_of(PageKind)
    ),
    Vocabulary(code="precision", name=_("How exactly a date is known"), terms=terms_of(Precision)),
    Vocabulary(code="pause_why", name=_("Why a publication is not read"), terms=terms_of(PauseWhy)),
    Vocabulary(
        code="finding", name=_("What two members find of an entry"), terms=terms_of(Finding)
    ),
    Vocabulary(
        code="media_topic",
        name=_("Topics"),
        terms=terms_of_media,
        source=_("IPTC Media Topics (CC BY 4.0); the Vietnamese names are ours"),
    ),
)


@require_safe
@public_page
def show_vocabulary(request: HttpRequest) -> HttpResponse:
    """Each set as a table."""
    told = [(one, one.terms()) for one in VOCABULARIES]
    forms = (
        Alternate("JSON", "application/json", str(_("Vocabularies (JSON)")), "/vocabulary.json"),
        Alternate("CSV", "text/csv", str(_("Vocabularies (CSV)")), "/vocabulary.csv"),
    )
    return render_site(
        request,
        "vocabulary.html",
        {"vocabularies": told, "forms": forms},
        place=place_of("vocabulary"),
        alternates=forms,
    )


@require_safe
@public_page
def tell_vocabulary(_request: HttpRequest) -> HttpResponse:
    """The same as one object."""
    told = {
        "format": "haidang-vocabulary-1",
        "vocabularies": [
            {
                "code": one.code,
                "name": _in_both(one.name),
                "source": str(one.source),
                "terms": [
                    {"code": term.code, "vi": term.vi, "en": term.en, "broader": term.broader}
                    for term in one.terms()
                ],
            }
            for one in VOCABULARIES
        ],
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
@public_page
def list_vocabulary(_request: HttpRequest) -> HttpResponse:
    """The same as one table."""
    rows = [
        (one.code, term.code, term.vi, term.en, term.broader)
        for one in VOCABULARIES
        for term in one.terms()
    ]
    columns = ("vocabulary", "code", "vi", "en", "broader")
    return answer_table(columns, rows, name="haidang-vocabulary.csv")


def _in_both(name: LazyText | str) -> dict[str, str]:
    told = {}
    for language, _name in LANGUAGES:
        with override(language):
            told[language] = str(name)
    return told
