"""Topics: the list, a topic with its stories, and writing one with a count of what it would meet."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haidang.core.models import Member
from haidang.engine.errors import EngineError
from haidang.engine.search import parse_query
from haidang.watch import actions, queries, rules
from haidang.watch.alternates import list_alternates
from haidang.watch.enums import Level
from haidang.watch.forms import TopicForm
from haidang.watch.models import Topic
from haidang.watch.refusals import sentence_of_topic
from haidang.watch.troubles import tell_error
from haidang.watch.views.asking import change_address, desk_page, read_page
from haidang.watch.words import name_topic


@require_GET
@desk_page
def show_topics(request: HttpRequest) -> HttpResponse:
    """All open topics, with what they met in seven days. Every reader sees all of them."""
    now = timezone.now()
    context = {
        "lines": queries.find_topics(now=now),
        "now": now,
        "room": "topics",
        "may_edit": rules.may_edit_topics(request.user),
        "alternates": list_alternates("watch:topics_list", _("Topics")),
    }
    return render(request, "watch/topics.html", context)


@require_GET
@desk_page
def show_topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """A topic: its rule, its scope, its stories."""
    now = timezone.now()
    place = read_page(request)
    page = queries.find_topic(topic_id, now=now, page=place)
    if page is None:
        raise Http404
    member = request.user
    may_edit = rules.may_edit_topics(member)
    title = name_topic(page.topic.title_vi, page.topic.title_en)
    context = {
        "page": page,
        "topic": page.topic,
        "title": title,
        "now": now,
        "room": "topics",
        "may_edit": may_edit,
        "may_approve": may_edit and member.pk != page.topic.proposer_id,
        "more_url": change_address(request, page=page.next_page),
        "alternates": list_alternates("watch:topic_list", title, args=[topic_id]),
    }
    return render(request, "watch/topic.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def add_topic(request: HttpRequest) -> HttpResponse:
    """The form for a new topic; without JavaScript too it can count before it stores."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def change_topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """The form that changes a topic."""
    return _edit(request, _find(topic_id))


@require_POST
@desk_page
def confirm_topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """Confirm a rule on an office with its holder, as a second member."""
    topic = actions.confirm_topic(_find(topic_id), by=_member(request), now=timezone.now())
    messages.success(request, _("The rule is confirmed; its articles follow within the minute."))
    return redirect("watch:topic", topic.id)


@require_POST
@desk_page
def close_topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """Close a topic; articles stay as they are."""
    topic = _find(topic_id)
    actions.close_topic(topic, by=_member(request), now=timezone.now())
    told = _("The topic “%(title)s” is closed; its articles stay in their stories.")
    messages.success(request, told % {"title": name_topic(topic.title_vi, topic.title_en)})
    return redirect("watch:topics")


@require_GET
@desk_page
def preview_topic(request: HttpRequest) -> HttpResponse:
    """What a rule would meet, for the open form: one fragment."""
    _member(request)
    form = _form(request.GET)
    form.is_valid()
    return render(request, "watch/_topic_preview.html", _preview(form))


def _edit(request: HttpRequest, topic: Topic | None) -> HttpResponse:
    member = request.user
    if not member.is_authenticated:
        return redirect_to_login(request.get_full_path())
    member = _member(request)
    form = _form(request.POST) if request.method == "POST" else _form(None, topic)
    counted = {}
    if "count" in request.POST:
        form.is_valid()
        counted = {**_preview(form), "counted": True}
    elif request.method == "POST" and form.is_valid():
        stored = _store(form, topic, by=member)
        if stored is not None:
            messages.success(request, _told_of(stored))
            return redirect("watch:topic", stored.id)
    context = {"form": form, "topic": topic, "room": "topics", **counted}
    status = 400 if form.errors and not counted else 200
    return render(request, "watch/topic_form.html", context, status=status)


def _store(form: TopicForm, topic: Topic | None, *, by: Member) -> Topic | None:
    """The stored topic, or None when the act refused it: the form then tells why."""
    told, now = form.cleaned_data, timezone.now()
    new = actions.NewTopic(
        **{
            **told,
            "languages": tuple(told["languages"]),
            "levels": tuple(Level(level) for level in told["levels"]),
        }
    )
    try:
        if topic is None:
            return actions.open_topic(new, by=by, now=now)
        return actions.change_topic(topic, new, by=by, now=now)
    except ValidationError as error:
        for field, sentences in error.message_dict.items():
            form.add_error(field, sentences)
        return None


def _told_of(topic: Topic) -> str:
    if topic.needs_second and topic.approver_id is None:
        return _("The topic is written down; its rule waits for a second member to confirm it.")
    return _("The topic is open; its articles of the last 90 days follow within the minute.")


def _preview(form: TopicForm) -> dict[str, object]:
    """What the template of the preview wants to know."""
    told = form.cleaned_data
    typed = told.get("rule", "")
    if not typed:
        return {}
    try:
        query = parse_query(typed)
    except EngineError as error:
        return {"trouble": tell_error(error)}
    refusal = rules.find_topic_refusal(query)
    if refusal in {
        rules.TopicRefusal.NO_WORDS,
        rules.TopicRefusal.FILTERS,
        rules.TopicRefusal.NAME,
    }:
        return {"trouble": sentence_of_topic(refusal)}
    rule = queries.TopicRule(
        topic_id=0,
        query=query,
        languages=frozenset(told.get("languages", ())),
        levels=frozenset(told.get("levels", ())),
    )
    now = timezone.now()
    return {
        "preview": queries.preview_rule(rule, now=now),
        "now": now,
        "warning": sentence_of_topic(refusal) if refusal else "",
    }


def _form(data: object, topic: Topic | None = None) -> TopicForm:
    languages = list(queries.find_filter_choices().languages)
    names = ("title_vi", "title_en", "rule", "languages", "levels", "medtop", "purpose", "ends_on")
    initial = {name: getattr(topic, name) for name in names} if topic else {}
    return TopicForm(data, initial=initial, languages=languages)


def _find(topic_id: int) -> Topic:
    topic = queries.find_topic_for_change(topic_id)
    if topic is None:
        raise Http404
    return topic


def _member(request: HttpRequest) -> Member:
    member = request.user
    if not rules.may_edit_topics(member):
        raise PermissionDenied
    assert isinstance(member, Member)
    return member
