"""Addresses of events, their review, and the state of cameras."""

from __future__ import annotations

from django.urls import path

from . import approved_views, labelled_views, learning_views, review, views

app_name = "video"
urlpatterns = [
    path("review/", review.review, name="review"),
    path("review/next/", review.next_cards, name="review_next"),
    path("events/", views.events, name="events"),
    path("events/<uuid:pk>/", views.event, name="event"),
    path("events/<uuid:pk>/verdict/", review.verdict, name="verdict"),
    path("files/<uuid:pk>/", views.file, name="file"),
    path("health/", views.health_page, name="health"),
    path("live/", views.live, name="live"),
    path("live/<int:pk>/", views.live_mine, name="live_mine"),
    path("approved/", approved_views.approved_list, name="approved"),
    path("approved/add/", approved_views.approved_add, name="approved_add"),
    path("approved/<int:pk>/edit/", approved_views.approved_edit, name="approved_edit"),
    path("approved/<int:pk>/end/", approved_views.approved_end, name="approved_end"),
    path("learning/", learning_views.learning_page, name="learning"),
    path("events/<uuid:pk>/learn/", learning_views.learn, name="learn"),
    path("lessons/<uuid:pk>/undo/", learning_views.unlearn, name="unlearn"),
    path("labelled/", labelled_views.labelled, name="labelled"),
    path("labelled/<uuid:pk>/", labelled_views.labelled_file, name="labelled_file"),
]
