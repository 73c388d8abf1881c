"""Addresses of what is the same for all lists."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "lists"
urlpatterns = [
    path("<slug:key>/columns/", views.columns, name="columns"),
    path("<slug:key>/density/", views.density, name="density"),
    path("<slug:key>/views/", views.views, name="views"),
    path("<slug:key>/views/start/", views.start, name="start"),
    path("<slug:key>/views/remove/", views.remove, name="remove"),
]
