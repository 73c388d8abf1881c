"""The pages of a list that are the same for all: its columns, and its views."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from minewarden.center.registry.access import permissions_of, user_of
from minewarden.center.registry.models import Node

from . import services
from .models import SharedView
from .queries import SHARE, listing, normal_query, preference, shared_views
from .spec import ListSpec, list_spec


def _spec(request: HttpRequest, key: str) -> ListSpec:
    """The list, if there is one and the user may open it."""
    spec = list_spec(key)
    if spec is None:
        raise Http404
    if spec.permission not in permissions_of(request):
        raise PermissionDenied
    return spec


def _back(spec: ListSpec, query: str) -> HttpResponse:
    """To the list with these filters; ``all`` keeps it from beginning with the user's own view."""
    return redirect(f"{spec.url}?{normal_query(query) or 'all=on'}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, key: str) -> HttpResponse:
    """Which columns are shown, in which order: a tick and a number for each, so that it needs no JavaScript."""
    spec = _spec(request, key)
    user, query = user_of(request), request.POST.get("query", request.GET.get("query", ""))
    if request.method == "POST":
        ticked = [] if "standard" in request.POST else request.POST.getlist("column")
        services.choose_columns(user, spec, sorted(ticked, key=lambda name: _place(request, name)))
        return _back(spec, query)
    shown = [column.key for column in spec.chosen(preference(user, key).columns)]
    ordered = sorted(spec.columns, key=lambda column: shown.index(column.key) if column.key in shown else len(shown))
    rows = [(column, column.key in shown, place) for place, column in enumerate(ordered, 1)]
    return render(request, "lists/columns.html", {"spec": spec, "rows": rows, "query": query})


def _place(request: HttpRequest, name: str) -> int:
    text = request.POST.get(f"place_{name}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 99


@login_required
@require_POST
def density(request: HttpRequest, key: str) -> HttpResponse:
    """Roomy or dense."""
    spec = _spec(request, key)
    services.choose_density(user_of(request), spec, request.POST.get("density", ""))
    return _back(spec, request.POST.get("query", ""))


class ViewForm(forms.Form):
    """A name for the filters that are set; whoever may share chooses with whom."""

    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=40)
    query = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    node = forms.ModelChoiceField(
        Node.objects.none(),
        label=gettext_lazy("For everybody at"),
        required=False,
        empty_label=gettext_lazy("only for me"),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if SHARE in permissions_of(request):
            nodes: Any = self.fields["node"]
            nodes.queryset = Node.objects.for_user(user_of(request), SHARE).order_by("kind", "name", "pk")
        else:
            del self.fields["node"]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest, key: str) -> HttpResponse:
    """The views of a list: save the filters that are set, begin with one, remove one."""
    spec = _spec(request, key)
    user = user_of(request)
    form = ViewForm(
        request, request.POST if request.method == "POST" else None, initial={"query": request.GET.urlencode()}
    )
    if form.is_valid():
        try:
            _save(request, spec, form.cleaned_data)
        except ValidationError as error:
            form.add_error("name", error.messages)
        else:
            messages.success(request, _("The view “%(name)s” is kept.") % {"name": form.cleaned_data["name"]})
            return _back(spec, form.cleaned_data["query"])
    mine = preference(user, key)
    context = {
        "spec": spec,
        "form": form,
        "mine": mine,
        "shared": shared_views(user, key).select_related("node", "shared_by"),
        "may_share": SHARE in permissions_of(request),
        "listing": listing(request, spec),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, "lists/views.html", context, status=status)


def _save(request: HttpRequest, spec: ListSpec, chosen: dict[str, Any]) -> None:
    user = user_of(request)
    if node := chosen.get("node"):
        services.share_view(user, spec, name=chosen["name"], query=chosen["query"], node=node)
    else:
        services.save_view(user, spec, name=chosen["name"], query=chosen["query"])


@login_required
@require_POST
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Begin the list with a view, or with everything again."""
    spec = _spec(request, key)
    services.choose_start(user_of(request), spec, request.POST.get("query", ""))
    return redirect("lists:views", key)


@login_required
@require_POST
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """Forget an own view (``name``), or take a shared one back (``shared``)."""
    spec = _spec(request, key)
    user, shared = user_of(request), request.POST.get("shared", "")
    if shared:
        found = (
            SharedView.objects.for_user(user, SHARE).filter(list_key=key) if SHARE in permissions_of(request) else None
        )
        if found is None or not shared.isdigit() or len(shared) > 18:
            raise Http404
        services.retire_view(user, get_object_or_404(found.select_related("node"), pk=int(shared)))
    else:
        services.remove_view(user, spec, request.POST.get("name", ""))
    return redirect("lists:views", key)
