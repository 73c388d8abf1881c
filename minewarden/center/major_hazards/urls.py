from __future__ import annotations

from django.urls import URLPattern

app_name = "major_hazards"
urlpatterns: list[URLPattern] = []
