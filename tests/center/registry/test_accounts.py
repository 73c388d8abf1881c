"""The door: who comes in, who does not, and that both are kept."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from minewarden.center.audit.models import AuditEvent
from minewarden.center.registry import queries, services
from minewarden.center.registry.models import LoginFailure, Role, User
from minewarden.center.registry.scope import may
from tests.center.world import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def log_in(client: Client, username: str, password: str):
    return client.post(reverse("login"), {"username": username, "password": password})


def test_a_login_is_kept_and_audited_with_its_address(world, client):
    response = log_in(client, "inspector", PASSWORD)
    assert response["Location"] == reverse("home")
    event = AuditEvent.objects.filter(action="registry.login").get()
    assert (event.actor_name, event.address) == ("inspector", "127.0.0.1")
    assert User.objects.get(username="inspector").last_login is not None


def test_a_failed_login_is_kept_and_says_nothing_of_the_account(world, client):
    unknown = log_in(client, "no-such-account", "x")
    wrong = log_in(client, "inspector", "x")
    assert unknown.status_code == wrong.status_code == 200
    assert list(LoginFailure.objects.order_by("pk").values_list("username", flat=True)) == [
        "no-such-account",
        "inspector",
    ]
    assert AuditEvent.objects.filter(action="registry.login_failed").count() == 2
    assert "x" not in [str(value) for event in AuditEvent.objects.all() for value in event.changes]


def test_after_five_wrong_passwords_the_right_one_is_refused_too(world, client):
    for _attempt in range(5):
        log_in(client, "inspector", "wrong")
    response = log_in(client, "inspector", PASSWORD)
    assert response.status_code == 429
    assert "15" in response.content.decode()
    assert "_auth_user_id" not in client.session
    kept = LoginFailure.objects.count()
    log_in(client, "inspector", "wrong")
    assert LoginFailure.objects.count() == kept


def test_a_closed_account_is_out_at_once(world, client):
    client.force_login(world.users["inspector"])
    services.set_user_active(world.users["administrator"], world.users["inspector"], False, "left the office")
    assert client.get(reverse("registry:mines")).status_code == 302


def test_nobody_closes_their_own_account(world):
    administrator = world.users["administrator"]
    with pytest.raises(ValidationError):
        services.set_user_active(administrator, administrator, False)


def test_a_changed_password_ends_the_other_sessions(world):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.force_login(world.users["inspector"])
    new = "another-candle-77"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post(reverse("password_change"), data).status_code == 302
    assert here.get(reverse("registry:mines")).status_code == 200
    assert elsewhere.get(reverse("registry:mines")).status_code == 302


def test_a_wrong_old_password_stands_beside_its_field(world, client):
    client.force_login(world.users["inspector"])
    response = client.post(
        reverse("password_change"), {"old_password": "no", "new_password1": "a", "new_password2": "a"}
    )
    assert response.status_code == 422
    assert "old_password" in response.context["form"].errors


def test_an_old_hash_is_checked_without_a_write(world, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    before = world.users["inspector"].password
    assert world.users["inspector"].check_password(PASSWORD)
    assert User.objects.get(username="inspector").password == before


def test_a_weak_password_is_refused(world):
    with pytest.raises(ValidationError) as caught:
        services.create_user(None, username="new", password="1234567890")
    assert "password" in caught.value.message_dict


def test_an_ended_role_gives_nothing(world):
    inspector = world.users["inspector"]
    grant = inspector.grants.get()
    assert services.end_grant(None, grant, "moved") is True
    assert services.end_grant(None, grant) is False
    assert not may(inspector, "cases.verify", world.mine_a.node)


def test_a_role_is_given_once(world):
    with pytest.raises(ValidationError):
        services.grant_role(None, user=world.users["inspector"], role=Role.INSPECTOR, node=world.city_a)


def test_the_mines_role_is_not_given_at_an_office(world):
    with pytest.raises(ValidationError):
        services.grant_role(None, user=world.users["nobody"], role=Role.MINE, node=world.city_a)


def test_an_administrator_of_a_city_manages_no_account_with_a_role_outside(world):
    local = make_user("local", Role.ADMINISTRATOR, world.city_a)
    managed = set(queries.users(local).values_list("username", flat=True))
    assert {"inspector", "mine_a", "local", "nobody"} <= managed
    assert not {"administrator", "inspector_b", "mine_b"} & managed
    services.grant_role(None, user=world.users["inspector"], role=Role.INSPECTOR, node=world.city_b)
    assert not queries.users(local).filter(username="inspector").exists()


def test_an_administrator_grants_only_below_their_own_node(world, client):
    client.force_login(make_user("local", Role.ADMINISTRATOR, world.city_a))
    address = reverse("registry:grant_add", args=[world.users["nobody"].pk])
    outside = client.post(address, {"role": "administrator", "node": world.province.pk})
    assert outside.status_code == 422
    assert not world.users["nobody"].grants.exists()
    assert client.post(address, {"role": "inspector", "node": world.city_a.pk}).status_code == 302
    assert may(world.users["nobody"], "cases.verify", world.mine_a.node)


@pytest.mark.parametrize(
    ("user", "page"),
    [
        ("video_watch", "video:review"),
        ("inspector", "cases:due"),
        ("mine_a", "cases:mine_tasks"),
        ("office_head", "registry:head"),
        ("operations", "video:health"),
        ("administrator", "registry:head"),
    ],
)
def test_each_role_has_its_own_first_page(world, client, user, page):
    client.force_login(world.users[user])
    assert client.get(reverse("home"))["Location"] == reverse(page)


def test_an_account_without_a_role_is_told_what_to_do(world, client):
    client.force_login(world.users["nobody"])
    response = client.get(reverse("home"))
    assert response.status_code == 200
    assert "角色由本单位管理员授予" in response.content.decode()
