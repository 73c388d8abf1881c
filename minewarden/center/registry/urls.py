"""Addresses of mines, cameras, edges, people and offices."""

from __future__ import annotations

from django.urls import path

from . import home
from .views import cameras, edges, organisation, people, sites

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
    path("edges/", edges.edges, name="edges"),
    path("edges/add/", edges.edge_add, name="edge_add"),
    path("edges/<int:pk>/", edges.edge, name="edge"),
    path("edges/<int:pk>/revoke/", edges.edge_revoke, name="edge_revoke"),
    path("users/", people.users, name="users"),
    path("users/add/", people.user_add, name="user_add"),
    path("users/<int:pk>/", people.user, name="user"),
    path("users/<int:pk>/edit/", people.user_edit, name="user_edit"),
    path("users/<int:pk>/password/", people.user_password, name="user_password"),
    path("users/<int:pk>/active/", people.user_active, name="user_active"),
    path("users/<int:pk>/roles/add/", people.grant_add, name="grant_add"),
    path("roles/<int:pk>/end/", people.grant_end, name="grant_end"),
    path("offices/", organisation.nodes, name="nodes"),
    path("offices/add/", organisation.node_add, name="node_add"),
    path("offices/<int:pk>/edit/", organisation.node_edit, name="node_edit"),
]
