"""Addresses of the ground floor."""

from django.urls import path

from haidang.core import views

app_name = "core"
urlpatterns = [
    path("sign-in", views.SignIn.as_view(), name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("setup/<str:token>", views.set_up, name="set_up"),
]
