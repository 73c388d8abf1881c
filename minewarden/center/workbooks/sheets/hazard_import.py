"""Makes hazards of rows: many at once, by the same rules as one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.forms import end_of_day
from minewarden.center.cases.models import Case, State, Transition
from minewarden.center.cases.numbers import next_numbers
from minewarden.center.cases.services import check_content, edit, searched
from minewarden.center.cases.transitions import table
from minewarden.center.hazards.grading import PARTS
from minewarden.center.hazards.models import Clause, Hazard, Source
from minewarden.center.hazards.services import judge
from minewarden.center.hazards.services.judged import columns, day_of_finding, judgement, kind_of
from minewarden.center.hazards.services.judging import STATES as JUDGED
from minewarden.center.registry.models import Mine, Place, User
from minewarden.center.workbooks.models import Batch
from minewarden.center.workbooks.problems import Problem, RowRefused, problem
from minewarden.center.workbooks.spec import Known, Values

from .hazard_columns import DATES, import_states
from .mines_of_rows import MinesOfRows

RECORD, EDIT = "hazards.record", "cases.verify"


class HazardImporter:
    """See :class:`~minewarden.center.workbooks.spec.Importer`."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.now = timezone.now()
        rights = {RECORD, EDIT, *(rule.permission for rule in import_states().values())}
        self.mines = MinesOfRows(user, rights)
        self._clauses: dict[str, Clause] | None = None
        self._places: dict[tuple[int, str], Place] = {}
        self._elsewhere: dict[str, str] = {}

    @property
    def clauses(self) -> dict[str, Clause]:
        """All clauses by code: there are some hundreds."""
        if self._clauses is None:
            self._clauses = {clause.code: clause for clause in Clause.objects.select_related("catalogue")}
        return self._clauses

    def load(self, rows: Sequence[Values]) -> None:
        self.now = timezone.now()
        self.mines.load(rows)
        mines = {mine.pk: mine for mine in map(self.mines.of, rows) if isinstance(mine, Mine)}
        self._places = {}
        for place in Place.objects.filter(mine__in=mines).order_by("-pk"):
            place.mine = mines[place.mine_id]
            self._places[place.mine_id, place.name] = place
        with_places = {mine for mine, _name in self._places}
        names = {
            row["place"]
            for row in rows
            if row.get("place") and isinstance(mine := self.mines.of(row), Mine) and mine.pk in with_places
            if (mine.pk, row["place"]) not in self._places
        }
        elsewhere = Place.objects.for_user(self.user, "registry.view").filter(name__in=sorted(names))
        self._elsewhere = {place.name: place.mine.name for place in elsewhere.select_related("mine")[:2000]}
        self._with_places = with_places

    def known(self, rows: Sequence[Values]) -> list[Known | None]:
        from .hazards import rows_of  # noqa: PLC0415 - the sheet names its importer

        ids = [_uuid(row.get("id")) for row in rows]
        numbers = [row["number"] for row in rows if row.get("number") and not row.get("id")]
        seen = Case.objects.for_user(self.user, "cases.view").select_related("mine")
        cases = {case.pk: case for case in seen.filter(pk__in=[key for key in ids if key])}
        by_number = {case.number: case for case in seen.filter(number__in=numbers)} if numbers else {}
        cases |= {case.pk: case for case in by_number.values()}
        values = {row["id"]: row for row in rows_of(list(cases))} if cases else {}
        # Read after the values: where it still is what a row of the file says, nobody wrote between our queries.
        versions = dict(Case.objects.filter(pk__in=list(cases)).values_list("pk", "version")) if cases else {}
        known: list[Known | None] = []
        for row, key in zip(rows, ids, strict=True):
            case = cases.get(key) if key else by_number.get(row.get("number", "")) if not row.get("id") else None
            known.append(self._known(case, versions[case.pk], values[str(case.pk)]) if case else None)
        return known

    def _known(self, case: Case, version: int, values: Values) -> Known:
        why = ""
        if not self.mines.may(case.node_id, EDIT):
            why = _("Your role may not change what a case says.")
        elif case.state in table().done:
            why = _("This case is done: what it says stays as it is.")
        return Known(str(case.pk), str(version), values, str(case), why)

    def check(self, values: Values) -> list[Problem]:
        mine = self.mines.of(values)
        if not isinstance(mine, Mine):
            return [mine]
        problems = self._check_words(mine, values)
        if not values.get("found_at"):
            return problems
        found_at = _moment(values["found_at"], mine)
        if found_at > self.now:
            problems.append(problem("found_at", "found_in_future"))
        clause, faults = self._clause(values.get("clause"), day_of_finding(found_at, mine))
        problems += faults
        kind = ""
        try:
            kind = kind_of(judgement(clause, {name: values.get(name) or "" for name in PARTS}))
        except CaseError as error:
            problems.append(problem(error.field, "unknown_part"))
        return problems + self._check_state(mine, values, found_at.astimezone(ZoneInfo(mine.time_zone)).date(), kind)

    def _check_words(self, mine: Mine, values: Values) -> list[Problem]:
        problems = []
        try:
            # The level follows from the parts; here any will do.
            check_content(mine, values.get("title") or "", "blue", self._place(mine, values))
        except CaseError as error:
            if values.get("title"):
                problems.append(problem(error.field, error.code, error.message))
        place = values.get("place")
        # At a mine that keeps its places, the name of another mine's place is a slip of the row.
        is_strange = mine.pk in self._with_places and (mine.pk, place) not in self._places
        if place and is_strange and place in self._elsewhere:
            problems.append(problem("place", "wrong_place", mine=self._elsewhere[place]))
        return problems

    def _place(self, mine: Mine, values: Values) -> Place | None:
        return self._places.get((mine.pk, values.get("place") or ""))

    def _clause(self, code: str | None, day: date) -> tuple[Clause | None, list[Problem]]:
        if not code:
            return None, []
        clause = self.clauses.get(code)
        if clause is None:
            return None, [problem("clause", "unknown_clause", found=code)]
        if not clause.in_force(day):
            return clause, [problem("clause", "clause_not_in_force", found=code, day=day.isoformat())]
        return clause, []

    def _check_state(self, mine: Mine, values: Values, found_on: date, kind: str) -> list[Problem]:
        state = values.get("state") or State.FOUND
        label = str(State(state).label)
        rule = import_states().get(state)
        if rule is None or (kind and kind not in rule.kinds):
            return [problem("state", "state_not_here", state=label)]
        if not self.mines.may(mine.node_id, rule.permission):
            return [problem("state", "forbidden_state", state=label)]
        problems = [problem(name, "wanted_in_state", state=label) for name in rule.wants if not values.get(name)]
        for name in DATES:
            if values.get(name) and name not in rule.wants + rule.takes:
                problems.append(problem(name, "not_in_state", state=label))
        today = self.now.astimezone(ZoneInfo(mine.time_zone)).date()
        for name in ("due", "closed_on"):
            if values.get(name) and date.fromisoformat(values[name]) < found_on:
                problems.append(problem(name, "before_found"))
        if values.get("closed_on") and date.fromisoformat(values["closed_on"]) > today:
            problems.append(problem("closed_on", "in_future"))
        return problems

    def check_change(self, known: Known, values: Values, changes: Values) -> list[Problem]:
        merged = {**known.values, **changes}
        mine = self.mines.of(merged)
        if not isinstance(mine, Mine):
            return [mine]
        problems = self._check_words(mine, merged)
        if changes.get("place") and (mine.pk, changes["place"]) not in self._places and not problems:
            problems.append(problem("place", "place_not_registered"))
        if {"clause", *PARTS} & set(changes):
            _clause, faults = self._clause(merged.get("clause"), date.fromisoformat(known.values["found_at"][:10]))
            problems += faults
            if known.values["state"] not in JUDGED:
                problems += [problem(name, "judged_already") for name in ("clause", *PARTS) if name in changes]
        return problems

    def create(self, rows: Sequence[Values], ids: Sequence[str], batch: Batch) -> list[str]:
        now, made = timezone.now(), []
        years: dict[int, list[tuple[Values, str, Mine]]] = defaultdict(list)
        for values, key in zip(rows, ids, strict=True):
            mine = self.mines.of(values)
            assert isinstance(mine, Mine)
            years[now.astimezone(ZoneInfo(mine.time_zone)).year].append((values, key, mine))
        for year, some in years.items():
            for number, (values, key, mine) in zip(next_numbers(year, len(some)), some, strict=True):
                made.append(self._made(values, UUID(key), number, mine, now, batch))
        Case.objects.insert_many([case for case, _step, _hazard in made])
        Transition.objects.insert_many([step for _case, step, _hazard in made])
        Hazard.objects.insert_many([hazard for _case, _step, hazard in made])
        return list(ids)

    def _made(
        self, values: Values, key: UUID, number: str, mine: Mine, now: datetime, batch: Batch
    ) -> tuple[Case, Transition, Hazard]:
        found_at = _moment(values["found_at"], mine)
        day, zone = day_of_finding(found_at, mine), ZoneInfo(mine.time_zone)
        clause = self.clauses.get(values.get("clause") or "")
        parts = {name: values[name] for name in PARTS}
        judged, place = judgement(clause, parts), self._place(mine, values)
        state = values.get("state") or State.FOUND
        due, closed = values.get("due"), values.get("closed_on")
        case = Case(
            id=key, number=number, kind=kind_of(judged), state=state, mine=mine, node=mine.node, place=place,
            title=values["title"], description=values.get("description") or "", level=judged.grade.level,
            found_at=found_at, found_by=self.user, clause=clause.code if clause else "",
            responsible=values.get("responsible") or "",
            due_at=end_of_day(date.fromisoformat(due), zone) if due else None,
            closed_at=max(found_at, _moment(f"{closed}T00:00", mine)) if closed else None,
        )  # fmt: skip
        case.search_text = searched(case)
        facts = {name: values[name] for name in ("found_by", "accepted_by") if values.get(name)}
        step = Transition(
            case=case, version=1, action="import", from_state="", to_state=state, actor=self.user, at=now,
            reason=_("From the workbook “%(name)s”") % {"name": batch.original_name}, due_at=case.due_at,
            responsible=case.responsible, facts=facts, rules_version=table().version,
        )  # fmt: skip
        words = "" if place else (values.get("place") or "")
        source = values.get("source") or Source.INSPECTION
        return case, step, Hazard(case=case, place_words=words, source=source, **columns(clause, day, parts, judged))

    def update(self, known: Known, values: Values, changes: Values, batch: Batch) -> None:
        version, key = int(known.version), UUID(known.id)
        reason = _("From the workbook “%(name)s”") % {"name": batch.original_name}
        merged = {**known.values, **changes}
        mine = self.mines.of(merged)
        assert isinstance(mine, Mine)
        said: dict[str, Any] = {name: changes[name] or "" for name in ("title", "description") if name in changes}
        if "place" in changes:
            said["place"] = self._place(mine, merged)
        try:
            if said:
                version = edit(key, self.user, expected_version=version, reason=reason, **said).version
            if {"clause", *PARTS} & set(changes):
                judge(
                    key, self.user, expected_version=version, clause_code=merged.get("clause") or "",
                    grade_parts={name: merged[name] for name in PARTS}, reason=reason,
                )  # fmt: skip
        except CaseError as error:
            raise RowRefused(problem(error.field or next(iter(changes)), error.code, error.message)) from error
        except ObjectDoesNotExist as error:  # taken away by an undo between reading and now
            raise RowRefused(problem("id", "unknown_record")) from error


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None


def _moment(plain: str, mine: Mine) -> datetime:
    return datetime.fromisoformat(plain).replace(tzinfo=ZoneInfo(mine.time_zone))
