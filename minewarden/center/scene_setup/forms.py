"""Forms made of the catalogue of scenes: one for each scene of a camera, and the questions around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minewarden.standards.scene_values import WrongValue
from minewarden.standards.scenes import MASK, SceneEntry, SceneSetting

from .values import SHAPES, as_text, from_text, said
from .words import SceneWords, SettingWords, setting_words

Settings = dict[str, Any]


class SettingField(forms.CharField):
    """One setting as text. Cleaned it is the value as JSON holds it, None where the default stays."""

    def __init__(self, setting: SceneSetting, words: SettingWords) -> None:
        self.setting = setting
        super().__init__(required=False, label=words.label, help_text=words.help, widget=_widget(setting), strip=True)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            read = from_text(self.setting, text)
        except WrongValue as fault:
            raise forms.ValidationError(said(fault, self.setting), code=fault.fault) from fault
        return None if read == _plain(self.setting.default) else read

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else as_text(self.setting, value)


class YesNoField(forms.BooleanField):
    """A setting that is yes or no; None where the default stays."""

    def __init__(self, setting: SceneSetting, words: SettingWords) -> None:
        self.setting = setting
        super().__init__(required=False, label=words.label, help_text=words.help)

    def clean(self, value: Any) -> Any:
        read = bool(super().clean(value))
        return None if read == bool(self.setting.default) else read


def _plain(value: Any) -> Any:
    """A default of the catalogue as a reader gives it: tuples for lists."""
    return tuple(_plain(part) for part in value) if isinstance(value, list | tuple) else value


def _widget(setting: SceneSetting) -> forms.Widget:
    if setting.kind in SHAPES:
        rows = 2 if setting.kind == "zones" else 1
        return forms.Textarea({"rows": rows, "spellcheck": "false", "autocomplete": "off"})
    if setting.kind not in ("number", "whole"):
        return forms.TextInput({"autocomplete": "off", "placeholder": as_text(setting, setting.default)})
    limits = {"min": setting.low, "max": setting.high}
    shown = {name: f"{value:g}" for name, value in limits.items() if value is not None}
    step = "1" if setting.kind == "whole" else "any"
    return forms.NumberInput({**shown, "step": step, "placeholder": as_text(setting, setting.default)})


class SceneForm(forms.Form):
    """One scene at a camera: whether it is watched for, what is drawn for it, and its values."""

    on = forms.BooleanField(required=False, label=_("Watch for this"))

    def __init__(self, entry: SceneEntry, data: Mapping[str, Any] | None, settings: Settings | None) -> None:
        self.entry = entry
        initial: dict[str, Any] = {"on": settings is not None}
        super().__init__(data, prefix=entry.id, initial=initial)
        self.words: SceneWords | None = None  # said by the page, which knows the place
        self._drawn: list[str] = []
        self._common: list[str] = []
        self._more: list[str] = []
        for setting in entry.settings:
            words = setting_words(entry.id, setting)
            made = YesNoField if setting.kind == "yes_no" else SettingField
            self.fields[setting.name] = made(setting, words)
            value = (settings or {}).get(setting.name)
            if setting.kind == "yes_no" and value is None:
                value = setting.default
            self.initial[setting.name] = value
            place = self._drawn if setting.kind in SHAPES else (self._more if words.more else self._common)
            place.append(setting.name)
        if MASK in self._drawn:  # what is left out is drawn last
            self._drawn.sort(key=lambda name: name == MASK)

    @property
    def watched(self) -> bool:
        """Whether the scene is on, as the page was sent or as it is kept."""
        return bool(self["on"].value())

    @property
    def drawn(self) -> list[forms.BoundField]:
        """Fields that are drawn on the picture; masks last."""
        return [self[name] for name in self._drawn]

    @property
    def common(self) -> list[forms.BoundField]:
        """Fields that most people look at."""
        return [self[name] for name in self._common]

    @property
    def more(self) -> list[forms.BoundField]:
        """Fields folded away."""
        return [self[name] for name in self._more]

    @property
    def more_is_used(self) -> bool:
        """Whether something folded away differs from its default or is wrong."""
        kept = {setting.name: setting.default for setting in self.entry.settings if setting.kind == "yes_no"}
        given = (self.initial.get(name) not in (None, "", kept.get(name)) for name in self._more)
        return any(given) or any(self.errors.get(name) for name in self._more)

    def settings(self) -> Settings:
        """The values that differ from their defaults. Only of a valid form."""
        names = [setting.name for setting in self.entry.settings]
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name) is not None}


class SetupForms:
    """The forms of all scenes of one camera together. ``scenes`` are what is kept: ``[{"scene", "settings"}, …]``."""

    def __init__(
        self, entries: Iterable[SceneEntry], data: Mapping[str, Any] | None, scenes: Iterable[Mapping[str, Any]]
    ) -> None:
        kept = {scene["scene"]: dict(scene.get("settings") or {}) for scene in scenes}
        self.forms = {entry.id: SceneForm(entry, data, kept.get(entry.id)) for entry in entries}
        # Scenes of a package that this office does not have are left as they are.
        self._foreign = [
            {"scene": name, "settings": settings} for name, settings in kept.items() if name not in self.forms
        ]

    def is_valid(self) -> bool:
        """Whether every scene that is on is right; what stands in the others does not count."""
        return not self.wrong()

    def scenes(self) -> list[dict[str, Any]]:
        """What is to be kept. Only after :meth:`is_valid`."""
        on = [{"scene": name, "settings": form.settings()} for name, form in self.forms.items() if form.watched]
        return on + self._foreign

    def wrong(self) -> list[SceneForm]:
        """The forms with something wrong in them."""
        return [form for form in self.forms.values() if form.is_bound and form.watched and form.errors]


class SaveForm(forms.Form):
    """Why the settings are changed, and upon which version."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Say why: it stands in the list of versions.")},
    )
    expected = forms.IntegerField(widget=forms.HiddenInput)


class StillForm(forms.Form):
    """A picture from a file, for a camera that cannot be reached yet."""

    picture = forms.ImageField(
        label=_("Picture"),
        widget=forms.ClearableFileInput({"accept": "image/jpeg,image/png"}),
        error_messages={"required": _("Choose a picture first.")},
    )


class RestoreForm(forms.Form):
    """Why an earlier version is set in force again."""

    reason = forms.CharField(label=_("Why"), max_length=300)
    expected = forms.IntegerField(widget=forms.HiddenInput)
