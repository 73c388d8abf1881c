"""Addresses of escalation."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "escalation"
urlpatterns = [
    path("orders/", views.orders, name="orders"),
    path("orders/about/<uuid:pk>/", views.open_order, name="open_order"),
    path("ladder/", views.ladder, name="ladder"),
    path("ladder/add/", views.rung_add, name="rung_add"),
    path("ladder/<int:pk>/", views.rung_edit, name="rung_edit"),
    path("holidays/", views.holidays, name="holidays"),
]
