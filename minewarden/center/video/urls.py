"""Addresses of events, their review, and the state of cameras."""

from __future__ import annotations

from django.urls import path

from . import review, views

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
]
