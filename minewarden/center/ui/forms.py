"""How a form and a service meet: faults that the service finds stand beside their fields, and come back as 422."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Result = TypeVar("Result")


def attempt(form: BaseForm, service: Callable[[], Result]) -> Result | None:
    """Call a service if the form is valid; a ``ValidationError`` becomes the form's. None when nothing was done."""
    if not form.is_valid():
        return None
    try:
        return service()
    except ValidationError as error:
        faults = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, messages in faults.items():
            form.add_error(name if name in form.fields else None, messages)
        return None


def render_form(request: HttpRequest, template: str, form: BaseForm, **context: Any) -> HttpResponse:
    """A page with a form: 422 when it came back with faults, so that htmx and tests can tell."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)
