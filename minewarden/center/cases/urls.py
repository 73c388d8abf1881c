"""Addresses of cases."""

from __future__ import annotations

from django.urls import path

from . import bulk_views, views

app_name = "cases"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("due/", views.due, name="due"),
    path("tasks/", views.mine_tasks, name="mine_tasks"),
    path("new/", views.new, name="new"),
    path("proof/<int:pk>/", views.proof, name="proof"),
    path("extension/<int:pk>/", views.decide_extension, name="decide_extension"),
    path("bulk/", bulk_views.bulk, name="bulk"),
    path("bulk/<uuid:pk>/", bulk_views.bulk_run, name="bulk_run"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/extension/", views.request_extension, name="request_extension"),
    path("<uuid:pk>/<slug:action>/", views.move, name="move"),
]
