"""Addresses of inspections, penalties and campaigns."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "enforcement"
urlpatterns = [
    path("inspections/", views.inspections, name="inspections"),
    path("inspections/new/", views.inspection_add, name="inspection_add"),
    path("inspections/<int:pk>/", views.inspection, name="inspection"),
    path("inspections/<int:pk>/edit/", views.inspection_edit, name="inspection_edit"),
    path("inspections/<int:pk>/withdraw/", views.inspection_withdraw, name="inspection_withdraw"),
    path("penalties/", views.penalties, name="penalties"),
    path("penalties/new/", views.penalty_add, name="penalty_add"),
    path("penalties/<int:pk>/", views.penalty, name="penalty"),
    path("penalties/<int:pk>/edit/", views.penalty_edit, name="penalty_edit"),
    path("penalties/<int:pk>/withdraw/", views.penalty_withdraw, name="penalty_withdraw"),
    path("campaigns/", views.campaigns, name="campaigns"),
    path("campaigns/new/", views.campaign_add, name="campaign_add"),
    path("campaigns/<int:pk>/", views.campaign, name="campaign"),
    path("campaigns/<int:pk>/edit/", views.campaign_edit, name="campaign_edit"),
    path("campaigns/<int:pk>/withdraw/", views.campaign_withdraw, name="campaign_withdraw"),
]
