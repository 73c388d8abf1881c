"""What the APIs of registers share: who may call, which mine is meant, and refusals by field."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from ninja import Field, Schema

from minewarden.center.cases.services import words
from minewarden.center.hazards.field.api import FieldProblem
from minewarden.center.registry.access import user_of
from minewarden.center.registry.models import Mine
from minewarden.center.ui.paging import Page, keyset

from .pages import Register

REFUSED: Final[dict[int, Any]] = dict.fromkeys((403, 404, 409, 422), FieldProblem)


class Span(Schema):
    """What every list of a register can be narrowed to; days are ``2026-08-31``. What makes no sense is answered with
    an empty list, as on its page."""

    mine: str = Field("", max_length=12, description="the mine's 12-digit code")
    q: str = Field("", max_length=60)
    day_from: str = Field("", max_length=10)
    day_to: str = Field("", max_length=10)
    after: str = ""


def listed(request: HttpRequest, span: Span, register: Register) -> Page[Any]:
    """One page of the records that the caller may see, narrowed as the register's own page would."""
    user, permission = user_of(request), register.spec.permission
    params = QueryDict(mutable=True)
    params.update({name: value for name, value in span.dict().items() if value and name not in ("mine", "after")})
    if span.mine:
        mine = Mine.objects.for_user(user, permission).filter(code=words(span.mine)).first()
        params["mine"] = str(mine.pk if mine else 0)
    form = register.filter(user, permission, params)
    return keyset(form.narrowed(register.rows(user)), request, order=register.order)


def mine_of(request: HttpRequest, permission: str, code: str) -> Mine:
    """The mine of this code, of those where the caller has the permission.

    Raises:
        ValidationError: ``mine``: there is none.
    """
    mines = Mine.objects.for_user(user_of(request), permission).select_related("node")
    mine: Mine | None = mines.filter(code=words(code)).first()
    if mine is None:
        raise ValidationError({"mine": _("No mine of yours goes by this code.")})
    return mine


def plain(given: Schema) -> dict[str, Any]:
    """What was sent, by name, its texts without what no database holds."""
    sent = given.dict()
    for name, value in sent.items():
        if isinstance(value, str):
            sent[name] = words(value)
        elif isinstance(value, list):
            sent[name] = [words(str(one)) for one in value]
    return sent


def refused(error: ValidationError, status: int = 422) -> HttpResponse:
    """A service's refusal: each field with what is wrong with it."""
    faults = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    fields = {name: "；".join(said) for name, said in faults.items() if name != NON_FIELD_ERRORS}
    message = "；".join(text for said in faults.values() for text in said)
    problem = FieldProblem(error="invalid", message=message, fields=fields)
    return HttpResponse(problem.model_dump_json(), content_type="application/json", status=status)
