"""Addresses of systemic problems."""

from __future__ import annotations

from django.urls import path

from . import problem_views, views

app_name = "problems"
urlpatterns = [
    path("", views.candidate_list, name="candidates"),
    path("search/", views.search_now, name="search"),
    path("aside/", views.aside, name="aside"),
    path("lexicon/", views.lexicon, name="lexicon"),
    path("lexicon/<int:pk>/withdraw/", views.withdraw_word, name="withdraw_word"),
    path("candidates/<int:pk>/", views.candidate, name="candidate"),
    path("candidates/<int:pk>/dismiss/", views.dismiss, name="dismiss"),
    path("candidates/<int:pk>/name/", problem_views.name_candidate, name="name_candidate"),
    path("name/", problem_views.name_by_hand, name="name"),
    path("named/", problem_views.problem_list, name="problems"),
    path("named/<uuid:pk>/", problem_views.problem, name="problem"),
    path("named/<uuid:pk>/tie/", problem_views.tie, name="tie"),
    path("named/<uuid:pk>/measures/", problem_views.enter_measure, name="enter_measure"),
    path("ties/<int:pk>/untie/", problem_views.untie, name="untie"),
    path("measures/<int:pk>/withdraw/", problem_views.withdraw_measure, name="withdraw_measure"),
]
