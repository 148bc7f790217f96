"""All addresses. Rooms bring their own; the order is the order of `docs/house.md`."""

from django.urls import include, path

from haidang.core.views.site import in_all
from haidang.project import api, pack_pages, pages, searching, vocabulary

urlpatterns = [
    path("", pages.welcome, name="welcome"),
    path("vi/", pages.welcome, name="welcome_vi"),
    path("en/", pages.welcome, name="welcome_en"),
    *in_all("promises", pages.promises, "promises"),
    *in_all("vocabulary", vocabulary.show_vocabulary, "vocabulary"),
    path("vocabulary.json", vocabulary.tell_vocabulary, name="vocabulary_json"),
    path("vocabulary.csv", vocabulary.list_vocabulary, name="vocabulary_csv"),
    path("help/keys", pages.keys, name="keys"),
    path("sources/packs", pack_pages.choose_packs, name="packs"),
    path("desk/search", searching.search_desk, name="search_desk"),
    path("language", pages.choose_language, name="choose_language"),
    path("appearance", pages.choose_appearance, name="choose_appearance"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
    path("metrics", pages.metrics, name="metrics"),
    path("api/v1/", include((api.urlpatterns, "api"))),
    path("", include("haidang.core.urls")),
    path("", include("haidang.watch.urls")),
]
handler400 = "haidang.project.pages.bad_request"
handler403 = "haidang.project.pages.forbidden"
handler404 = "haidang.project.pages.not_found"
handler500 = "haidang.project.pages.server_error"
