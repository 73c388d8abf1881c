from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from . import views

app_name = "hazards"
urlpatterns: list[URLPattern | URLResolver] = [
    path("new/", views.new, name="new"),
    path("new/look/", views.look_beside, name="look"),
    path("new/grade/", views.grade, name="grade"),
    path("new/places/", views.places, name="places"),
    path("<uuid:pk>/judge/", views.judge_anew, name="judge"),
    path("<uuid:pk>/fixes/", views.five_fixes, name="fixes"),
    path("<uuid:pk>/relate/", views.relate_to, name="relate"),
    path("", include("minewarden.center.hazards.clauses.urls")),
    path("", include("minewarden.center.hazards.field.urls")),
]
