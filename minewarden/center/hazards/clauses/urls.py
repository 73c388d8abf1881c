"""Addresses of catalogues, clauses and the model that proposes them, below ``/hazards/``."""

from __future__ import annotations

from django.urls import path

from minewarden.center.hazards.suggestion import views as suggestion

from . import views

urlpatterns = [
    path("clauses/", views.catalogues, name="catalogues"),
    path("clauses/import/", views.import_page, name="clause_import"),
    path("clauses/template.xlsx", views.template, name="clause_template"),
    path("clauses/model/", views.model_page, name="clause_model"),
    path("clauses/model/refit/", views.refit, name="clause_refit"),
    path("catalogue/<slug:key>/", views.catalogue, name="catalogue"),
    path("catalogue/<slug:key>/changes/", views.changes, name="catalogue_changes"),
    path("clause/<str:code>/", views.clause, name="clause"),
    path("suggest/", suggestion.suggested, name="suggest"),
]
