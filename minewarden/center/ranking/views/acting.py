"""What the pages of decisions share: a form that does one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from minewarden.center.ranking import services
from minewarden.center.ranking.computing import NoFormula, formula_of, version_on
from minewarden.center.ranking.formula import Formula
from minewarden.center.ui.forms import attempt, render_form


def acted(request: HttpRequest, form: Form, do: Callable[[], Any], texts: tuple[str, str], to: str) -> HttpResponse:
    """A page with a form that does one thing; ``texts``: its heading, and what is said when it is done."""
    done = attempt(form, lambda: (do(), True)[1])
    if done is None:
        return render_form(request, "registry/form.html", form, heading=texts[0])
    messages.success(request, texts[1])
    return redirect(to)


def of_mine(pk: int) -> str:
    """Address of a mine's page."""
    return reverse("ranking:mine", args=[pk])


def formula_now() -> Formula:
    """The formula in force today; the program's own where none is kept yet."""
    try:
        return formula_of(version_on(timezone.localdate()))
    except NoFormula:
        return formula_of(services.sync_packaged())
