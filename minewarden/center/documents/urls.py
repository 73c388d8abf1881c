"""Addresses of documents."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "documents"
urlpatterns = [
    path("", views.document_list, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/word/", views.word, name="word"),
    path("<int:pk>/void/", views.void, name="void"),
    path("of-case/<uuid:case_pk>/<slug:kind>/", views.issue, name="issue"),
    path("quarterly/<int:mine>/<int:year>/<int:number>/", views.quarterly_report, name="quarterly_report"),
    path("templates/", views.templates, name="templates"),
    path("templates/<slug:kind>/", views.template_put, name="template"),
    path("templates/<slug:kind>/file/", views.template_file, name="template_file"),
    path("letterheads/<int:node_pk>/", views.letterhead, name="letterhead"),
]
