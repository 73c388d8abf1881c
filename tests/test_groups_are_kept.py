"""Tests of one group must go to one worker: else each worker makes what a file shares, and browsers crowd."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("a-group")
def test_a_group_is_part_of_the_name_by_which_work_is_dealt_out(request: pytest.FixtureRequest):
    """pytest-xdist 3.8 says so to pytest before 9.2; a newer pair must do it too."""
    in_groups = request.config.getoption("loadgroup", False)  # only in a worker, and only with --dist loadgroup
    assert not in_groups or request.node.nodeid.endswith("@a-group")
