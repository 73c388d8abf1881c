"""Addresses of the watch list."""

from __future__ import annotations

from django.urls import path

from .views import decisions, lists, records, red_lines

app_name = "ranking"
urlpatterns = [
    path("", lists.watch_list, name="list"),
    path("mines/<int:pk>/", lists.mine, name="mine"),
    path("mines/<int:pk>/take-off/", decisions.take_off, name="take_off"),
    path("taken-off/<int:pk>/put-back/", decisions.put_back, name="put_back"),
    path("red-lines/", red_lines.lines, name="lines"),
    path("red-lines/new/", red_lines.line_add, name="line_add"),
    path("red-lines/<int:pk>/confirm/", red_lines.line_confirm, name="line_confirm"),
    path("red-lines/<int:pk>/refuse/", red_lines.line_refuse, name="line_refuse"),
    path("red-lines/<int:pk>/end/", red_lines.line_end, name="line_end"),
    path("formula/", decisions.formula, name="formula"),
    path("formula/propose/", decisions.formula_propose, name="formula_propose"),
    path("formula/<int:pk>/", decisions.formula_version, name="formula_version"),
    path("formula/<int:pk>/adopt/", decisions.formula_adopt, name="formula_adopt"),
    path("formula/<int:pk>/refuse/", decisions.formula_refuse, name="formula_refuse"),
    path("settings/<slug:key>/", decisions.setting, name="setting"),
    path("records/", records.records, name="records"),
    path("records/<int:pk>/", records.record, name="record"),
    path("records/<int:pk>/text/", records.record_text, name="record_text"),
    path("back-test/", records.back_test, name="back_test"),
]
