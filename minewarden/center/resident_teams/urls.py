"""Addresses of the resident teams."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import steps, views

app_name = "missions"
urlpatterns: list[URLPattern] = [
    path("", views.mission_list, name="list"),
    path("new/", views.new, name="new"),
    path("photos/<int:pk>/", views.photo, name="photo"),
    path("<uuid:pk>/", views.mission, name="mission"),
    path("<uuid:pk>/change/", views.change, name="change"),
    path("<uuid:pk>/team/", views.team, name="team"),
    path("<uuid:pk>/log/", views.log, name="log"),
    path("<uuid:pk>/log/write/", views.write, name="write"),
    path("<uuid:pk>/log/<int:row>/", views.correct, name="correct"),
    path("<uuid:pk>/hazard/", views.hazard, name="hazard"),
    path("<uuid:pk>/report/", views.report, name="report"),
    *steps.addresses(),
]
