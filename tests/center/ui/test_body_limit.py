"""A body that no page takes is refused before a byte of it is read."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client

from minewarden.center.ui.body_limit import BodyLimitMiddleware

MB = 1024 * 1024


class NeverRead:
    def read(self, *_: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def request(path: str, length: str) -> WSGIRequest:
    body = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_LENGTH": length, "wsgi.input": NeverRead()}
    return WSGIRequest(body | {"SERVER_NAME": "testserver", "SERVER_PORT": "80"})


def refuse(path: str, length: str):
    return BodyLimitMiddleware(lambda _: pytest.fail("the page was asked"))(request(path, length))


def test_a_photo_of_300_mb_is_refused_unread_with_what_to_do():
    answer = refuse("/hazards/new/", str(300 * MB))
    assert answer.status_code == 413
    assert "190 MB" in answer.content.decode()


def test_a_program_is_told_as_programs_are():
    answer = refuse("/api/hazards/records", str(300 * MB))
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/json")


@pytest.mark.parametrize("length", ["-1", "x", "9" * 30])
def test_a_length_that_is_none_is_refused(length):
    assert refuse("/", length).status_code == 413


def test_what_a_step_may_send_goes_through(db):
    assert settings.BODY_MAX_BYTES > 9 * settings.PROOF_MAX_BYTES
    assert Client().post("/login/", {"username": "x", "password": "y"}).status_code == 200
