"""Addresses of major hazards."""

from __future__ import annotations

from django.urls import path

from .views import board, ledger, publications, reports

app_name = "major_hazards"
REPORT = "reports/<int:mine>/<int:year>/<int:number>/"
urlpatterns = [
    path("", ledger.ledger, name="ledger"),
    path("board/", board.board, name="board"),
    path("publications/", publications.publications, name="publications"),
    path("publications/<int:pk>/", publications.publish, name="publish"),
    path("reports/", reports.reports, name="reports"),
    path(REPORT, reports.report, name="report"),
    path(f"{REPORT}write/", reports.write_report, name="write_report"),
    path(f"{REPORT}sign/", reports.sign_report, name="sign_report"),
]
