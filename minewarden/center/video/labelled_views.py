"""Pages where reviewed pictures are taken out for the next training."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from minewarden.center.cases.kept import kept_path
from minewarden.center.jobs.services import enqueue
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import User

from . import queries
from .forms import ANY, DayInput, MineScoped
from .labelled import EXPORT, JOB, Chosen
from .models import LabelledExport

SHOWN: Final = 20


class LabelledForm(MineScoped):
    """Which pictures are taken out."""

    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput)
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=DayInput)
    scene = forms.ChoiceField(label=gettext_lazy("Scene"), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["scene"].choices = [ANY, *queries.scene_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days must be in order."""
        given: dict[str, Any] = self.cleaned_data
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("The end must be after the beginning."))
        return given

    def chosen(self) -> Chosen:
        """What was chosen, once the form is valid."""
        given = self.cleaned_data
        return Chosen(
            since=given["since"].isoformat() if given["since"] else "",
            until=given["until"].isoformat() if given["until"] else "",
            scene=given["scene"],
            mine=given["mine"].code if given["mine"] else "",
        )


def _own(user: User) -> QuerySet[LabelledExport]:
    """What this person took out: what others may see is for them to take out themselves."""
    rows: QuerySet[LabelledExport] = LabelledExport.objects.filter(exported_by=user)
    return rows.order_by("-exported_at")


@requires(EXPORT)
def labelled(request: HttpRequest) -> HttpResponse:
    """Ask for pictures; those that were taken out before."""
    user = user_of(request)
    form = LabelledForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        asked = enqueue(JOB, asdict(form.chosen()), actor=user)
        return redirect("jobs:job", asked.pk)
    status = 422 if form.is_bound else 200
    return render(request, "video/labelled.html", {"form": form, "exports": _own(user)[:SHOWN]}, status=status)


@requires(EXPORT)
@require_safe
def labelled_file(request: HttpRequest, pk: str) -> HttpResponseBase:
    """The zip, for who took it out."""
    found = get_object_or_404(_own(user_of(request)), pk=pk)
    name = f"minewarden-reviewed-{timezone.localtime(found.exported_at):%Y%m%d-%H%M}.zip"
    stream = kept_path(found.sha256).open("rb")
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")
