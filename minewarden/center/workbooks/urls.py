"""Addresses of workbooks."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "workbooks"
urlpatterns = [
    path("", views.batch_list, name="list"),
    path("export/<slug:key>/", views.export, name="export"),
    path("template/<slug:key>/", views.template, name="template"),
    path("<uuid:pk>/", views.batch, name="batch"),
    path("<uuid:pk>/columns/", views.columns, name="columns"),
    path("<uuid:pk>/commit/", views.commit, name="commit"),
    path("<uuid:pk>/discard/", views.discard, name="discard"),
    path("<uuid:pk>/undo/", views.undo, name="undo"),
    path("<uuid:pk>/marked/", views.marked, name="marked"),
    path("<uuid:pk>/file/", views.original, name="file"),
]
