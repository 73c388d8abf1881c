"""Two workers scan at the same moment: everybody is told once, and the chain of records holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from minewarden.center.audit.verify import verify
from minewarden.center.escalation.models import Escalated, SupervisionOrder
from minewarden.center.escalation.scan import scan
from minewarden.center.notices.models import Notice
from tests.center.cases.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_case_is_told_once_and_gets_one_order(world, rung, assigned):
    rung(days=0)
    rung(days=1, role="office_head", levels_up=1)
    rung(days=3, does="order", role="", levels_up=1, order_days=5)
    for _ in range(6):
        assigned(1)
    later = timezone.now() + timedelta(days=5)
    done = at_once(lambda: scan(later), lambda: scan(later))
    assert [result for result in done if isinstance(result, Exception)] == []
    assert sum(result.reached for result in done) == Escalated.objects.count() == 18
    assert sum(result.orders for result in done) == SupervisionOrder.objects.count() == 6
    assert Notice.objects.filter(user=world.users["mine_a"], kind="escalation.case_overdue").count() == 6
    assert verify().holds
