"""Addresses of the look-back."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import follow, views, work

app_name = "lookback"
urlpatterns: list[URLPattern] = [
    path("", views.campaign_list, name="campaigns"),
    path("new/", views.new, name="new"),
    path("checks/", views.check_list, name="checks"),
    path("checks/hand-over/", views.hand_over, name="hand_over"),
    path("work/", work.work, name="work"),
    path("work/<int:pk>/", work.save_result, name="record"),
    path("work/<int:pk>/skip/", work.leave_out, name="skip"),
    path("charges/", follow.charge_list, name="charges"),
    path("charges/<int:pk>/", follow.charge, name="charge"),
    path("orders/<int:pk>/", follow.order, name="order"),
    path("<uuid:pk>/", views.campaign, name="campaign"),
    path("<uuid:pk>/change/", views.change, name="change"),
    path("<uuid:pk>/start/", views.start, name="start"),
    path("<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<uuid:pk>/finish/", views.finish, name="finish"),
    path("<uuid:pk>/skip-gone/", views.skip_gone, name="skip_gone"),
    path("<uuid:pk>/draw/", views.draw, name="draw"),
    path("<uuid:pk>/draw/population.csv", views.population_file, name="population"),
]
