"""Addresses of the page that works without a network, below ``/hazards/``."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("field/", views.page, name="field"),
    path("field/sw.js", views.worker, name="field_worker"),
    path("field/manifest.webmanifest", views.manifest, name="field_manifest"),
    path("field/shell/<slug:language>/", views.copy, name="field_shell"),
]
