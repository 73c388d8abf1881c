"""Addresses of accidents and hours worked."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "accidents"
urlpatterns = [
    path("", views.accidents, name="accidents"),
    path("new/", views.accident_add, name="accident_add"),
    path("<int:pk>/", views.accident, name="accident"),
    path("<int:pk>/edit/", views.accident_edit, name="accident_edit"),
    path("<int:pk>/withdraw/", views.accident_withdraw, name="accident_withdraw"),
    path("hours/", views.hours_worked, name="hours_worked"),
    path("hours/new/", views.hours_add, name="hours_add"),
    path("hours/<int:pk>/", views.hours, name="hours"),
    path("hours/<int:pk>/edit/", views.hours_edit, name="hours_edit"),
    path("hours/<int:pk>/withdraw/", views.hours_withdraw, name="hours_withdraw"),
]
