"""The whole way in a real browser: a machine sees something, a person confirms it, the mine puts it right with a photo,
somebody else accepts it, it is closed, and the audit says so, until somebody changes a row or a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.db import connection
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from minewarden.center.audit.files import record_path
from minewarden.center.cases.models import Case, StoredFile
from minewarden.contract import BatchReceipt, EventBatch, EvidenceReceipt
from tests.center.audit.tampering import set_column, sql
from tests.center.video.deliveries import event, jpeg, reference
from tests.center.world import World

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SCREENSHOTS = os.environ.get("MINEWARDEN_SCREENSHOTS", "")


def seen_by_a_machine(server: str, token: str, camera: str) -> None:
    """An edge delivers an event and its picture over the real API."""
    picture = jpeg("darkslategray", (1280, 720))
    snapshot = reference(picture)
    message = event(camera, started_at=timezone.now() - timedelta(minutes=2), evidence=(snapshot,))
    with httpx.Client(base_url=f"{server}/api/edge/v1", headers={"Authorization": f"Bearer {token}"}) as edge:
        sent = edge.post("/events", content=EventBatch(events=(message,)).model_dump_json(), timeout=60)
        assert BatchReceipt.model_validate_json(sent.content).accepted == (message.event_id,)
        put = edge.put(f"/evidence/{snapshot.evidence_id}?offset=0", content=picture, timeout=60)
        assert EvidenceReceipt.model_validate_json(put.content).complete


def database_url() -> str:
    """The test's database, as another process reaches it."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def audit_verify(home: Path) -> tuple[int, dict]:
    """``minewarden audit verify --json`` as an office calls it: exit code and report."""
    environment = os.environ | {"MINEWARDEN_HOME": str(home), "DATABASE_URL": database_url()}
    command = [sys.executable, "-m", "minewarden", "audit", "verify", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)


def problems(home: Path) -> tuple[int, set[tuple[str, str]]]:
    code, report = audit_verify(home)
    return code, {(finding["name"], finding["problem"]) for finding in report["findings"]}


def shot(page: Page, name: str) -> None:
    """A picture for people to look at, where somebody asks for them."""
    if SCREENSHOTS:
        page.screenshot(path=f"{SCREENSHOTS}/{name}.png", caret="initial")


def step(page: Page, action: str, **typed: str) -> None:
    """Open a step, fill its form and do it."""
    form = page.locator(f'form[data-step="{action}"]')
    box = page.locator(f'details.step:has(form[data-step="{action}"])')
    expect(box).to_be_visible()
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    for name, value in typed.items():
        field = form.locator(f"[name={name}]")
        field.set_input_files(value) if name == "proofs" else field.fill(value)
    shot(page, f"step-{action}-{page.viewport_size['width']}")
    form.locator("button[type=submit]").click()
    expect(page.locator(f'form[data-step="{action}"]')).to_have_count(0)


@pytest.mark.timeout(600)
def test_from_camera_to_closed_case(
    world: World, live_server, new_page: Callable[..., Page], login, tmp_path: Path
) -> None:
    seen_by_a_machine(live_server.url, world.edge_a_token, world.camera_a.code)

    watch = new_page()
    login(watch, world.users["video_watch"])
    expect(watch.locator("main img").first).to_be_visible()
    watch.locator("button[name=action][value=confirm]").click()
    expect(watch.locator("[data-said] a, main a.button-main").first).to_be_visible()
    case = Case.objects.get()
    assert (case.state, case.kind, case.camera) == ("verified", "violation", world.camera_a)

    inspector = new_page()
    login(inspector, world.users["inspector"])
    shot(inspector, "due")
    inspector.get_by_role("link", name=case.number).click()
    tomorrow = (timezone.localtime() + timedelta(days=1)).date().isoformat()
    step(inspector, "assign", due_at=tomorrow, responsible="王工", reason="立即纠正")

    photo = tmp_path / "现场照片.jpg"
    Image.effect_noise((1600, 1200), 40).save(photo)
    mine = new_page(**PHONE)
    login(mine, world.users["mine_a"])
    shot(mine, "tasks-phone")
    mine.get_by_role("link", name=case.number).click()
    expect(mine.locator(".seen img")).to_be_visible()
    step(mine, "start")
    step(mine, "hand_in", reason="已佩戴安全帽并教育", proofs=str(photo))
    expect(mine.locator(".history .proofs img")).to_be_visible()
    shot(mine, "handed-in-phone")

    inspector.goto(f"{live_server.url}/cases/{case.pk}/")
    expect(inspector.locator(".history .proofs img")).to_be_visible()
    step(inspector, "accept", reason="合格")
    step(inspector, "close")
    shot(inspector, "closed")
    case.refresh_from_db()
    assert case.state == "closed"
    assert case.transitions.get(action="accept").actor != case.transitions.get(action="hand_in").actor
    kept = StoredFile.objects.get()
    assert record_path(kept.sha256).read_bytes() == photo.read_bytes()

    assert problems(tmp_path) == (0, set())
    one_row_changed_is_found(case, tmp_path)
    one_file_changed_is_found(kept, tmp_path)
    assert problems(tmp_path) == (0, set())


def one_row_changed_is_found(case: Case, home: Path) -> None:
    due = Case._meta.get_field("due_at")
    set_column(case, due, case.due_at + timedelta(days=30))
    assert problems(home) == (1, {(f"cases.case {case.pk}", "row_changed")})
    set_column(case, due, case.due_at)
    sql("UPDATE audit_auditevent SET reason = 'x' WHERE sequence = 3")
    assert problems(home) == (1, {("3", "event_changed")})
    sql("UPDATE audit_auditevent SET reason = '' WHERE sequence = 3")


def one_file_changed_is_found(kept: StoredFile, home: Path) -> None:
    path = record_path(kept.sha256)
    original = path.read_bytes()
    path.chmod(0o640)
    path.write_bytes(original[:-2] + b"\xff\xd8")
    assert problems(home) == (1, {(kept.sha256, "file_changed")})
    path.write_bytes(original)
