"""Monthly records with the check of their hashes, and the back-test."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from minewarden.center.ranking import queries
from minewarden.center.ranking.backtest import AT
from minewarden.center.ranking.figures import sha256
from minewarden.center.ranking.models import BackTestRun, FrozenRanking, MineStanding
from minewarden.center.ranking.verdicts import first_of, tables_of
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import Mine
from minewarden.center.registry.scope import sees_everything
from minewarden.center.ui.paging import keyset


@requires(queries.VIEW)
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """All monthly records; with ``?check=1`` each text is hashed again now."""
    page = keyset(queries.frozen_records(), request, order=("-month",), size=24)
    rows: list[Any] = list(page.rows)
    checks = request.GET.get("check") == "1"
    if checks:
        kept = dict(FrozenRanking.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "text"))
        counted = dict(FrozenRanking.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "counted"))
        for row in rows:
            row.holds = sha256(kept[row.pk]) == row.sha256 and sha256(counted[row.pk]) == row.counted_sha256
    context = {
        "page": page,
        "rows": rows,
        "checks": checks,
        "sees_all": sees_everything(user_of(request), queries.VIEW),
    }
    return render(request, "ranking/records.html", context)


@requires(queries.VIEW)
@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One monthly record: who was listed, of the mines that the user may see, and whether its hash holds."""
    found = get_object_or_404(FrozenRanking.objects.select_related("formula").defer("counted"), pk=pk)
    mines = Mine.objects.for_user(user_of(request), queries.VIEW)
    rows = MineStanding.objects.filter(frozen=found, mine__in=mines).select_related("mine").defer("parts", "off")
    context = {
        "record": found,
        "holds": sha256(found.text) == found.sha256,
        "rows": rows.filter(listed=True).order_by("place"),
        "sees_all": sees_everything(user_of(request), queries.VIEW),
    }
    return render(request, "ranking/record.html", context)


@requires(queries.VIEW)
@require_safe
def record_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen text itself, for whoever may see all mines: its SHA-256 is that of the record."""
    if not sees_everything(user_of(request), queries.VIEW):
        raise PermissionDenied
    found = get_object_or_404(FrozenRanking.objects.defer("counted"), pk=pk)
    answer = HttpResponse(found.text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="watch-list-{found.month:%Y-%m}.json"'
    return answer


@requires(queries.VIEW)
@require_safe
def back_test(request: HttpRequest) -> HttpResponse:
    """What the score at a time foretold of the four quarters after it, beside what is simpler."""
    run = BackTestRun.objects.select_related("formula").first()
    result: dict[str, Any] = run.result if run else {}
    context = {
        "run": run,
        "result": result,
        "tables": tables_of(result),
        "first": first_of(result),
        "few": first_of(result) < AT,
    }
    return render(request, "ranking/back_test.html", context)
