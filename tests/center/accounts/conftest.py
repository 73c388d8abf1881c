"""A telephone that shows codes, and a browser at the door."""

from __future__ import annotations

import base64
import time

import pytest
from django.test import Client
from django_otp.oath import TOTP

from minewarden.center.accounts import factor
from minewarden.center.registry.models import User


class Telephone:
    """Shows the code of a secret; ``ahead`` steps later or earlier."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code(self, ahead: int = 0) -> str:
        clock = TOTP(base64.b32decode(self.secret), step=factor.STEP)
        clock.time = time.time() + ahead * factor.STEP
        return f"{clock.token():06d}"


@pytest.fixture
def client() -> Client:
    return Client()


def with_factor(user: User) -> tuple[Telephone, list[str]]:
    """A confirmed factor; its first code was that of the step before, so that the present one is still good."""
    telephone = Telephone(factor.new_secret())
    return telephone, factor.confirm(user, telephone.secret, telephone.code(-1))
