"""Every error of the API is one kind of answer: the contract's ``Problem``."""

from __future__ import annotations

import logging

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError

from minewarden.contract import Problem

log = logging.getLogger(__name__)


class Refused(Exception):
    """Raised inside a call of the API to answer with an error: status, a stable word, words for people."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.problem = Problem(error=error, message=message)


def answer(status: int, error: str, message: str) -> HttpResponse:
    """A problem as a response."""
    text = Problem(error=error, message=message).model_dump_json()
    return HttpResponse(text, content_type="application/json", status=status)


def install(api: NinjaAPI) -> None:
    """Let every error of ``api`` be answered as a problem."""
    api.exception_handler(Refused)(_refused)
    api.exception_handler(AuthenticationError)(_not_authenticated)
    api.exception_handler(AuthorizationError)(_not_allowed)
    api.exception_handler(ValidationError)(_invalid)
    api.exception_handler(HttpError)(_http_error)
    api.exception_handler(Http404)(_not_found)
    api.exception_handler(BadRequest)(_bad_request)
    api.exception_handler(RequestDataTooBig)(_too_large)
    api.exception_handler(OperationalError)(_busy)
    api.exception_handler(Exception)(_broken)


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    return answer(refused.status, refused.problem.error, refused.problem.message)


def _not_authenticated(request: HttpRequest, error: Exception) -> HttpResponse:
    response = answer(401, "not_authenticated", "log in, or send a token that was not revoked: Authorization: Bearer …")
    response["WWW-Authenticate"] = "Bearer"
    return response


def _not_allowed(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(403, "not_allowed", "this account has no role that may do this here")


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors[:5])
    return answer(422, "invalid", faults)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(error.status_code, "refused", str(error))


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return answer(404, "not_found", "there is no such record, or this account may not see it")


def _bad_request(request: HttpRequest, error: BadRequest) -> HttpResponse:
    return answer(400, "bad_request", str(error))


def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return answer(413, "too_large", "this is more than the office reads at once")


def _busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    log.exception("%s %s: the database did not answer", request.method, request.path)
    return answer(503, "busy", "the database did not answer in time; nothing was changed, send it again")


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("%s %s", request.method, request.path)
    return answer(500, "internal", "the office could not do this; its log says why. Nothing was changed")
