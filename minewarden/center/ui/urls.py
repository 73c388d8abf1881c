"""Addresses of the shell itself."""

from __future__ import annotations

from django.urls import include, path

from . import views

urlpatterns = [
    path("theme/", views.theme, name="theme"),
    path("language/", include("django.conf.urls.i18n")),
]
