"""All addresses of the office."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from .api import api

urlpatterns: list[URLPattern | URLResolver] = [path("api/", api.urls)]
