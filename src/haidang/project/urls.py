"""All addresses. Rooms bring their own; the order is the order of `docs/house.md`."""

from django.urls import include, path

from haidang.project import pack_pages, pages, vocabulary

urlpatterns = [
    path("", pages.welcome, name="welcome"),
    path("vi/", pages.welcome, name="welcome_vi"),
    path("en/", pages.welcome, name="welcome_en"),
    path("promises", pages.promises, name="promises"),
    *(
        path(f"{before}vocabulary", vocabulary.show_vocabulary, name=f"vocabulary{name}")
        for before, name in (("", ""), ("vi/", "_vi"), ("en/", "_en"))
    ),
    path("vocabulary.json", vocabulary.tell_vocabulary, name="vocabulary_json"),
    path("vocabulary.csv", vocabulary.list_vocabulary, name="vocabulary_csv"),
    path("help/keys", pages.keys, name="keys"),
    path("sources/packs", pack_pages.choose_packs, name="packs"),
    path("language", pages.choose_language, name="choose_language"),
    path("appearance", pages.choose_appearance, name="choose_appearance"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
    path("metrics", pages.metrics, name="metrics"),
    path("", include("haidang.core.urls")),
    path("", include("haidang.watch.urls")),
]
handler400 = "haidang.project.pages.bad_request"
handler403 = "haidang.project.pages.forbidden"
handler404 = "haidang.project.pages.not_found"
handler500 = "haidang.project.pages.server_error"
