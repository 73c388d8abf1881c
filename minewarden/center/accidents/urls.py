"""Addresses of accidents and hours worked."""

from __future__ import annotations

from minewarden.center.ledgers.addresses import addresses

from .registers import ACCIDENT_REGISTER, HOURS_REGISTER

app_name = "accidents"
urlpatterns = [
    *addresses(ACCIDENT_REGISTER, "", "accidents"),
    *addresses(HOURS_REGISTER, "hours/", "hours_worked"),
]
