"""Addresses of mines, cameras, edges, people and offices."""

from __future__ import annotations

from django.urls import path

from . import home
from .views import cameras, sites

app_name = "registry"
urlpatterns = [
    path("head/", home.head, name="head"),
    path("search/", cameras.search, name="search"),
    path("mines/", sites.mines, name="mines"),
    path("mines/add/", sites.mine_add, name="mine_add"),
    path("mines/<int:pk>/", sites.mine, name="mine"),
    path("mines/<int:pk>/edit/", sites.mine_edit, name="mine_edit"),
    path("mines/<int:mine_pk>/places/add/", sites.place_add, name="place_add"),
    path("places/<int:pk>/edit/", sites.place_edit, name="place_edit"),
    path("cameras/", cameras.cameras, name="cameras"),
    path("cameras/add/", cameras.camera_add, name="camera_add"),
    path("cameras/<int:pk>/", cameras.camera, name="camera"),
    path("cameras/<int:pk>/edit/", cameras.camera_edit, name="camera_edit"),
]
