"""Addresses of setting up cameras."""

from __future__ import annotations

from django.urls import path

from . import copy_views, version_views, views

app_name = "scene_setup"
urlpatterns = [
    path("cameras/<int:pk>/", views.setup, name="setup"),
    path("cameras/<int:pk>/still/", views.still_state, name="still_state"),
    path("cameras/<int:pk>/previews/<uuid:task>/", views.preview_state, name="preview_state"),
    path("cameras/<int:pk>/pictures/<uuid:task>/<str:sha256>/", views.picture, name="picture"),
    path("cameras/<int:pk>/copy/", copy_views.copy, name="copy"),
    path("cameras/<int:pk>/versions/", version_views.versions, name="versions"),
    path("cameras/<int:pk>/versions/<int:version>/restore/", version_views.restore, name="restore"),
]
