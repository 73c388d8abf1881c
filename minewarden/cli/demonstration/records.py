"""Lives the invented year through the office's own services, so that its records are as whole as real ones."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from minewarden.center.cases.models import Case
from minewarden.center.cases.services import move, open_case
from minewarden.center.hazards.services import record_hazard
from minewarden.center.registry.models import Mine, Place, User
from minewarden.simulate.history import PlannedCase

# Cases written in one transaction: a wait for the disk for each step would make up most of the time.
BATCH = 20
REASONS = {
    "hand_in": "已按要求整改到位，现场照片附后，班组已组织学习。",
    "return": "照片看不出整改部位，请补拍并附检查记录。",
    "accept": "现场复核，整改到位。",
    "look_back_passed": "回头看复查，整改保持良好。",
}


@contextmanager
def time_of_story(at: datetime) -> Iterator[None]:
    """Let the office believe that it is ``at``: the demonstration tells of a year that nobody waited for.

    Only the process that seeds is told so, and only while a step of the story is written.
    """
    real = timezone.now
    timezone.now = lambda: at
    try:
        yield
    finally:
        timezone.now = real


def live_through(cases: list[PlannedCase], users: Mapping[str, User], advance: Callable[[], None]) -> None:
    """Write every planned case with all its steps; ``advance`` is called after each."""
    mines = {mine.code: mine for mine in Mine.objects.select_related("node")}
    places = {(place.mine.code, place.place_class): place for place in Place.objects.select_related("mine")}
    at_mine = {grant.node_id: user for user in users.values() for grant in user.grants.filter(role="mine")}
    for start in range(0, len(cases), BATCH):
        with transaction.atomic():
            for plan in cases[start : start + BATCH]:
                mine = mines[plan.mine_code]
                _Story(plan, mine, places[plan.mine_code, plan.place_class], users, at_mine[mine.node_id]).tell()
                advance()


class _Story:
    """One case from beginning to as far as it has come."""

    def __init__(self, plan: PlannedCase, mine: Mine, place: Place, users: Mapping[str, User], mine_user: User) -> None:
        self.plan, self.mine, self.place = plan, mine, place
        self.users, self.mine_user = users, mine_user
        self.case: Case | None = None

    def tell(self) -> None:
        plan = self.plan
        finder = self.users["watch" if plan.kind == "violation" else "inspector"]
        with time_of_story(plan.found_at + timedelta(minutes=1)):
            self.case = self._open(finder)
        inspector, other = self.users["inspector"], self.users["inspector2"]
        if plan.assigned_at is None:
            return
        responsible = self.mine_user.full_name
        self._step("assign", inspector, plan.assigned_at, due_at=plan.due_at, responsible=responsible)
        first = plan.handed_in_at if plan.returned_at is None else plan.returned_at - timedelta(hours=1)
        if first is None:
            return
        self._hand_in(first)
        if plan.returned_at is not None:
            self._step("return", inspector, plan.returned_at)
            if plan.handed_in_at is None:
                return
            self._hand_in(plan.handed_in_at)
        if plan.accepted_at is None:
            return
        self._step("accept", inspector, plan.accepted_at)
        self._step("close", inspector, plan.accepted_at + timedelta(minutes=5))
        if plan.looked_back_at is not None:
            proofs = [photo(f"look-back {self.case.number}")]
            self._step("look_back_passed", other, plan.looked_back_at, proofs=proofs)

    def _open(self, finder: User) -> Case:
        plan = self.plan
        if plan.kind == "hazard":
            return record_hazard(
                finder,
                case_id=None,
                mine=self.mine,
                place=self.place,
                title=plan.title,
                description=plan.description,
                clause_code=plan.clause,
                found_at=plan.found_at,
                grade_parts=plan.parts,
                photos=[photo(f"found {plan.found_at:%Y-%m-%d %H:%M}")],
                proposed=[plan.clause],
                verified=True,
            )
        return open_case(
            finder,
            verified=True,
            kind=plan.kind,
            mine=self.mine,
            place=self.place,
            camera=None,
            title=plan.title,
            description=plan.description,
            level=plan.level,
            found_at=plan.found_at,
        )

    def _hand_in(self, at: datetime) -> None:
        assert self.case is not None
        self._step("start", self.mine_user, at - timedelta(minutes=30))
        self._step("hand_in", self.mine_user, at, proofs=[photo(f"put right {self.case.number} {at:%m-%d %H:%M}")])

    def _step(self, action: str, actor: User, at: datetime, **given: object) -> None:
        assert self.case is not None
        with time_of_story(at):
            self.case = move(
                self.case.pk,
                action,
                actor,
                expected_version=self.case.version,
                reason=REASONS.get(action, ""),
                **given,  # type: ignore[arg-type]
            )


def photo(words: str) -> SimpleUploadedFile:
    """A small invented picture that says in plain letters that it is one."""
    picture = Image.new("RGB", (480, 320), (54, 58, 62))
    drawing = ImageDraw.Draw(picture)
    for step in range(0, 480, 24):
        drawing.line([(step, 320), (240, 110)], fill=(74, 78, 82))
    drawing.text((16, 16), "DEMO - invented picture", fill=(240, 240, 240))
    drawing.text((16, 36), words, fill=(240, 220, 120))
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=80)
    return SimpleUploadedFile("photo.jpg", content.getvalue(), "image/jpeg")
