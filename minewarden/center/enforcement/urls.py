"""Addresses of inspections, penalties and campaigns."""

from __future__ import annotations

from minewarden.center.ledgers.addresses import addresses

from .registers import CAMPAIGN_REGISTER, INSPECTION_REGISTER, PENALTY_REGISTER

app_name = "enforcement"
urlpatterns = [
    *addresses(INSPECTION_REGISTER, "inspections/", "inspections"),
    *addresses(PENALTY_REGISTER, "penalties/", "penalties"),
    *addresses(CAMPAIGN_REGISTER, "campaigns/", "campaigns"),
]
