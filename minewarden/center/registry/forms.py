"""Forms of mines, places, cameras and edges. Choices hold only what the user may choose."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minewarden.standards import KIND_OF_MINE_TYPE, PlaceClass, place_classes

from .masking import masked
from .models import Camera, CameraState, Mine, MineKind, MineState, Node, NodeKind, Place, User
from .queries import MANAGE_CAMERAS, MANAGE_ORGANISATION, edges

ANY: tuple[str, Any] = ("", _("all"))


def class_choices(mine_type: str) -> list[tuple[str, str]]:
    """Number and name of every class of places for a type of mine, in the reader's language."""
    language = get_language() or "zh"
    return [
        (number, f"{number} {entry.name(language)}")
        for number, entry in place_classes(KIND_OF_MINE_TYPE[mine_type]).items()
    ]


def class_of(place: Place) -> PlaceClass:
    """The class of a place, as the rule has it."""
    return place_classes(KIND_OF_MINE_TYPE[place.mine.kind])[place.place_class]


class MineFilter(forms.Form):
    """Which mines are listed."""

    q = forms.CharField(label=_("Name or code"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *MineKind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *MineState.choices])
    node = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CameraFilter(forms.Form):
    """Which cameras are listed. The numbers of places are those of underground mines, where most cameras hang."""

    q = forms.CharField(label=_("Name or code"), required=False)
    mine = forms.ModelChoiceField(Mine.objects.none(), label=_("Mine"), required=False, empty_label=ANY[1])
    place_class = forms.ChoiceField(label=_("Class of place"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *CameraState.choices])
    edge = forms.ChoiceField(label=_("Edge"), required=False)
    node = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, user: User, may_see_edges: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields  # concrete field types
        choices["mine"].queryset = Mine.objects.for_user(user, "registry.view").order_by("name", "pk")
        choices["place_class"].choices = [ANY, *class_choices(MineKind.UNDERGROUND)]
        known = list(edges(user).order_by("name").values_list("pk", "name")) if may_see_edges else []
        choices["edge"].choices = [ANY, ("none", _("none")), *known]


class MineForm(forms.ModelForm[Mine]):
    """A new mine and the office it belongs to."""

    parent = forms.ModelChoiceField(Node.objects.none(), label=_("Office or company"), empty_label=_("choose"))

    class Meta:
        model = Mine
        fields: ClassVar = ["code", "name", "kind", "state", "disaster", "capacity", "time_zone"]
        labels: ClassVar = {
            "code": _("National code"),
            "name": _("Name"),
            "kind": _("Kind"),
            "state": _("State"),
            "disaster": _("Kind of disaster"),
            "capacity": _("Capacity, 10,000 t a year"),
            "time_zone": _("Time zone"),
        }
        help_texts: ClassVar = {
            "code": _("12 digits; the first six are the county. It stays for ever."),
            "disaster": _("As its appraisal says; of several, the main one. Mines are compared with their like."),
            "capacity": _("As approved; empty where it is not known."),
        }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = Node.objects.for_user(user, MANAGE_ORGANISATION).exclude(kind=NodeKind.MINE).order_by("name")
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]


class MineEditForm(forms.ModelForm[Mine]):
    """What may change of a mine, and why."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    class Meta:
        model = Mine
        fields: ClassVar = ["name", "state", "disaster", "capacity", "time_zone"]
        labels = MineForm.Meta.labels
        help_texts = MineForm.Meta.help_texts


class PlaceForm(forms.ModelForm[Place]):
    """A place of one mine. The class of an existing place is part of its cameras' codes and stays."""

    place_class = forms.ChoiceField(label=_("Class of place"))

    class Meta:
        model = Place
        fields: ClassVar = ["place_class", "name"]
        labels: ClassVar = {"name": _("Name")}

    def __init__(self, mine: Mine, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.mine = mine
        self.fields["place_class"].choices = class_choices(mine.kind)  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["place_class"]


class CameraForm(forms.ModelForm[Camera]):
    """A camera, without what is watched for: that has a page of its own. An edited one's source may be left empty."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    class Meta:
        model = Camera
        fields: ClassVar = ["place", "code", "name", "source", "state", "edge"]
        labels: ClassVar = {
            "place": _("Place"),
            "code": _("Camera code"),
            "name": _("Name"),
            "source": _("Source"),
            "state": _("State"),
            "edge": _("Edge"),
        }
        help_texts: ClassVar = {
            "code": _("24 digits: region 6, 00, 41, device type 3, network 1, mine 6, class of place 2, serial 2."),
            "source": _("RTSP or HTTP address, or a file, with its credentials."),
        }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # concrete field types
        fields["edge"].queryset = edges(user).filter(revoked_at=None).order_by("name")
        fields["edge"].empty_label = _("none")
        if self.instance.pk:
            del self.fields["place"]
            self.initial["source"] = ""
            fields["source"].required = False
            fields["source"].help_text = _("Now %(source)s. Leave empty to keep it.") % {
                "source": masked(self.instance.source)
            }
        else:
            mine_places = Place.objects.for_user(user, MANAGE_CAMERAS).select_related("mine")
            fields["place"].empty_label = _("choose")
            fields["place"].queryset = mine_places.order_by("mine__name", "place_class", "name")
            fields["place"].label_from_instance = lambda place: f"{place.mine} · {place.place_class} {place.name}"

    def _post_clean(self) -> None:
        """Leave the instance as it is: the service sets and checks the columns, and compares old with new."""


class EdgeForm(forms.Form):
    """A new edge and the mines it may speak for."""

    name = forms.CharField(label=_("Name"), max_length=60)
    mines = forms.ModelMultipleChoiceField(Mine.objects.none(), label=_("Mines"))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mines = Mine.objects.for_user(user, MANAGE_CAMERAS).order_by("name", "pk")
        self.fields["mines"].queryset = mines  # type: ignore[attr-defined]
