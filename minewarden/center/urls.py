"""All addresses of the office."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from minewarden.center.registry.home import home
from minewarden.center.registry.views import account
from minewarden.center.video.metrics import metrics

from .api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", account.password_change, name="password_change"),
    path("ui/", include("minewarden.center.ui.urls")),
    path("registry/", include("minewarden.center.registry.urls")),
    path("cases/", include("minewarden.center.cases.urls")),
    path("video/", include("minewarden.center.video.urls")),
    path("audit/", include("minewarden.center.audit.urls")),
    path("api/", api.urls),
    path("metrics", metrics, name="metrics"),
]
