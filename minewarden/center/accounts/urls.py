"""Addresses of accounts."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/factor/", views.set_up_factor, name="factor"),
    path("me/factor/remove/", views.remove_factor, name="factor_remove"),
    path("me/sessions/<int:pk>/end/", views.end_session, name="session_end"),
    path("me/deputies/", views.add_deputy, name="deputy_add"),
    path("me/deputies/<int:pk>/end/", views.remove_deputy, name="deputy_end"),
    path("users/<int:pk>/", views.user, name="user"),
    path("users/<int:pk>/factor/", views.user_factor, name="user_factor"),
    path("users/<int:pk>/sessions/", views.user_sessions, name="user_sessions"),
    path("users/<int:pk>/keys/", views.user_key, name="user_key"),
    path("keys/<int:pk>/revoke/", views.key_revoke, name="key_revoke"),
    path("integrations/new/", views.integration_add, name="integration_add"),
]
