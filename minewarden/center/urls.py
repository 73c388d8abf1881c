"""All addresses of the office."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from minewarden.center.accounts.door import Login, login_code
from minewarden.center.registry.home import home
from minewarden.center.registry.views import account
from minewarden.center.video.metrics import metrics

from .api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("login/", Login.as_view(), name="login"),
    path("login/code/", login_code, name="login_code"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", account.password_change, name="password_change"),
    path("ui/", include("minewarden.center.ui.urls")),
    path("registry/", include("minewarden.center.registry.urls")),
    path("cases/", include("minewarden.center.cases.urls")),
    path("video/", include("minewarden.center.video.urls")),
    path("scenes/", include("minewarden.center.scene_setup.urls")),
    path("accounts/", include("minewarden.center.accounts.urls")),
    path("jobs/", include("minewarden.center.jobs.urls")),
    path("hazards/", include("minewarden.center.hazards.urls")),
    path("major-hazards/", include("minewarden.center.major_hazards.urls")),
    path("lookback/", include("minewarden.center.lookback.urls")),
    path("enforcement/", include("minewarden.center.enforcement.urls")),
    path("accidents/", include("minewarden.center.accidents.urls")),
    path("watch-list/", include("minewarden.center.ranking.urls")),
    path("missions/", include("minewarden.center.resident_teams.urls")),
    path("problems/", include("minewarden.center.problems.urls")),
    path("workbooks/", include("minewarden.center.workbooks.urls")),
    path("documents/", include("minewarden.center.documents.urls")),
    path("escalation/", include("minewarden.center.escalation.urls")),
    path("notices/", include("minewarden.center.notices.urls")),
    path("lists/", include("minewarden.center.lists.urls")),
    path("audit/", include("minewarden.center.audit.urls")),
    path("api/", api.urls),
    path("metrics", metrics, name="metrics"),
]
