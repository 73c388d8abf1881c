"""The daily log: one entry a member and day. A correction keeps what was written first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.files import keep, record_path
from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import StoredFile
from minewarden.center.cases.services import words
from minewarden.center.cases.uploads import Received, received
from minewarden.center.registry.models import User
from minewarden.center.resident_teams.models import LogEntry, LogPhoto, LogWording, Member, Mission
from minewarden.center.resident_teams.rules import rules
from minewarden.center.resident_teams.team import today_at

from .common import at_work, wanted

FULL_DAY = Decimal(24)


@dataclass(frozen=True)
class Day:
    """What a member did on a day. ``away``: not at the mine; then ``hours`` are none and ``text`` says why."""

    day: date
    text: str
    hours: Decimal = Decimal(0)
    looked_at: str = ""
    away: bool = False
    photos: Sequence[UploadedFile[bytes]] = ()


def write_log(mission_id: UUID, member_id: int, actor: User, written: Day) -> LogEntry:
    """Write one member's day. Everybody writes their own; for an expert without an account anybody of the team does.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``, ``not_of_the_team``, ``not_yours``, ``day_taken``, what is
            wrong with the day or the hours, or with a file.
    """
    with received(written.photos) as files, act("missions.write_log", actor):
        mission = at_work(mission_id, actor)
        member = _writable(mission, member_id, actor)
        _check_day(mission, member, written.day)
        _check_hours(written)
        if LogEntry.objects.filter(member=member, day=written.day).exists():
            raise _taken()
        try:
            entry = LogEntry(
                mission=mission,
                member=member,
                day=written.day,
                away=written.away,
                looked_at=words(written.looked_at)[:200],
                hours=written.hours,
                text=wanted(written.text, "text", _("Say what was done, or why nobody was there.")),
                written_by=actor,
                written_at=timezone.now(),
            )
            entry.save()
        except IntegrityError as error:
            raise _taken() from error
        _keep_photos(entry, files)
    return entry


def correct_log(entry_id: int, mission_id: UUID, actor: User, written: Day, reason: str) -> LogEntry:
    """Correct an entry, only who wrote it or the lead; the earlier words stay to be read. Its day and its photos stay,
    new photos are added. ``written.day`` is not looked at.

    Raises:
        CaseError: as :func:`write_log`, or ``reason_wanted``, ``changed``.
    """
    with received(written.photos) as files, act("missions.correct_log", actor, words(reason)):
        mission = at_work(mission_id, actor)
        entry: LogEntry | None = mission.log.select_for_update().filter(pk=entry_id).first()
        if entry is None:
            raise CaseError("not_found", _("The mission has no such entry."))
        if actor.pk not in (entry.written_by_id, mission.lead_id):
            raise CaseError("not_yours", _("Only who wrote an entry, or the lead, corrects it."))
        said = wanted(reason, "reason", _("Say why: it stays in the record of the mission."))
        text = wanted(written.text, "text", _("Say what was done, or why nobody was there."))
        _check_hours(written)
        kept = {name: getattr(entry, name) for name in ("version", "away", "looked_at", "hours", "text")}
        LogWording.objects.create(
            entry=entry, reason=said[:200], corrected_by=actor, corrected_at=timezone.now(), **kept
        )
        new = {"away": written.away, "looked_at": words(written.looked_at)[:200], "hours": written.hours, "text": text}
        LogEntry.objects.compare_and_set(entry, {"version": entry.version}, version=entry.version + 1, **new)
        _keep_photos(entry, files)
    return entry


def _taken() -> CaseError:
    return CaseError("day_taken", _("This day is written already: correct that entry."), "day")


def _writable(mission: Mission, member_id: int, actor: User) -> Member:
    member: Member | None = mission.members.select_related("user").filter(pk=member_id).first()
    if member is None:
        raise CaseError("not_found", _("The team has no such member."), "member")
    if member.user_id not in (None, actor.pk):
        raise CaseError("not_yours", _("Everybody writes their own log: %(who)s does.") % {"who": member}, "member")
    return member


def _check_day(mission: Mission, member: Member, day: date) -> None:
    today = today_at(mission.mine)
    if day > today:
        raise CaseError("day_ahead", _("This day is still to come."), "day")
    if day < max(mission.arrived_on or today, member.joined_on) or (member.left_on and day > member.left_on):
        raise CaseError("not_there", _("%(who)s was not in the team on this day.") % {"who": member}, "day")
    if day < today - timedelta(days=rules().late_days):
        most = rules().late_days
        raise CaseError(
            "too_late", _("A day is written within %(n)s days; this one stays missing.") % {"n": most}, "day"
        )


def _check_hours(written: Day) -> None:
    if written.away and written.hours:
        raise CaseError("away_hours", _("Who was not at the mine has no hours there."), "hours")
    if not written.away and not 0 < written.hours <= FULL_DAY:
        raise CaseError("hours_wanted", _("Say how many hours, up to 24; or tick that nobody was there."), "hours")


def _keep_photos(entry: LogEntry, files: Sequence[Received]) -> None:
    """Keep the files of an entry, inside its action; where one fails, no new file stays (as ``keep_proofs`` does)."""
    new: list[str] = []
    try:
        for file in {file.sha256: file for file in files}.values():
            stored, _created = StoredFile.objects.get_or_create(
                sha256=file.sha256,
                defaults={"size": file.size, "media_type": file.media_type, "stored_at": timezone.now()},
            )
            if file.path.exists() and keep(file.path, file.sha256):
                new.append(file.sha256)
            if not LogPhoto.objects.filter(entry=entry, file=stored).exists():
                LogPhoto.objects.create(entry=entry, file=stored, original_name=file.original_name)
    except BaseException:
        for sha256 in new:
            record_path(sha256).unlink(missing_ok=True)
        raise
