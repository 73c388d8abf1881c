"""The closure table says the same as a naive walk over the parents, whatever is created and moved."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minewarden.center.registry import services
from minewarden.center.registry.models import Node, NodeKind, NodePath

pytestmark = pytest.mark.django_db


def naive_paths() -> set[tuple[int, int, int]]:
    parents = dict(Node.objects.values_list("pk", "parent_id"))
    paths = set()
    for node in parents:
        above, depth = node, 0
        while above is not None:
            paths.add((above, node, depth))
            above, depth = parents[above], depth + 1
    return paths


def stored_paths() -> set[tuple[int, int, int]]:
    return set(NodePath.objects.values_list("ancestor_id", "descendant_id", "depth"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.booleans(), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=14))
def test_after_any_creations_and_moves_the_table_equals_a_naive_tree(steps):
    nodes = [services.create_node(None, name="root", kind=NodeKind.PROVINCE)]
    for is_move, one, other in steps:
        parent = nodes[other % len(nodes)]
        if is_move:
            node = Node.objects.get(pk=nodes[one % len(nodes)].pk)
            inside = NodePath.objects.filter(ancestor=node, descendant=parent).exists()
            if inside:
                with pytest.raises(ValidationError):
                    services.move_node(None, node, parent)
            else:
                services.move_node(None, node, parent)
        else:
            nodes.append(services.create_node(None, name="office", kind=NodeKind.CITY, parent=parent))
    assert stored_paths() == naive_paths()
    services.rebuild_paths()
    assert stored_paths() == naive_paths()


def test_nothing_hangs_below_a_mine(world):
    with pytest.raises(ValidationError, match="parent"):
        services.create_node(None, name="office", kind=NodeKind.CITY, parent=world.mine_a.node)
    with pytest.raises(ValidationError, match="parent"):
        services.move_node(None, world.city_b, world.mine_a.node)


def test_rights_follow_a_moved_mine_at_once(world):
    inspector = world.users["inspector_b"]
    assert not type(world.mine_a).objects.for_user(inspector).filter(pk=world.mine_a.pk).exists()
    services.move_node(None, world.mine_a.node, world.city_b)
    assert type(world.mine_a).objects.for_user(inspector).filter(pk=world.mine_a.pk).exists()
