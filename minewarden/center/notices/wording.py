"""The words of a notice, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from minewarden.center.cases.wording import action_label

# kind → its words; ``%(when)s``, ``%(what)s`` and ``%(list)s`` are made of other params below.
TEXTS: Final[dict[str, str | Promise]] = {
    "escalation.case_overdue": gettext_lazy("%(when)s: %(case)s (%(mine)s)"),
    "escalation.case_soon": gettext_lazy("%(when)s: %(case)s (%(mine)s)"),
    "escalation.office_overdue": gettext_lazy("The office's next step is late, %(when)s: %(case)s (%(mine)s)"),
    "escalation.office_soon": gettext_lazy("The office's next step, %(when)s: %(case)s (%(mine)s)"),
    "escalation.many_overdue": gettext_lazy("%(count)s cases are overdue at once"),
    "escalation.many_soon": gettext_lazy("%(count)s cases are soon due"),
    "step": gettext_lazy("%(what)s: %(case)s (%(mine)s)"),
    "step.by": gettext_lazy("%(what)s by %(who)s: %(case)s (%(mine)s)"),
    "supervision.opened": gettext_lazy("Supervision order to %(bound)s: %(case)s (%(mine)s)"),
    "digest": gettext_lazy("Today: %(list)s"),
    "problems.differed": gettext_lazy(
        "Systemic problems: what was kept from earlier nights differed from the records in %(count)s cases. All was "
        "counted anew; tell those who look after the program"
    ),
    "missions.appointed_lead": gettext_lazy("You lead the resident team at %(mine)s from %(begins)s"),
    "missions.appointed": gettext_lazy("You are of the resident team at %(mine)s from %(begins)s"),
    "missions.asked": gettext_lazy("%(lead)s asks to depart from %(mine)s with the resident team"),
    "missions.declined": gettext_lazy("The resident team stays at %(mine)s: the departure was not allowed"),
    "missions.departed": gettext_lazy("The resident team departs from %(mine)s"),
    "missions.log_missing": gettext_lazy("%(mine)s: the log of %(day)s is missing from %(names)s"),
    "missions.ends_unmet": gettext_lazy(
        "%(mine)s: the resident team's last day is %(ends)s, and %(count)s conditions do not hold"
    ),
}
# What a digest counts, in the order in which it is said; the plural forms stand in ``_count_words``.
DIGEST_ORDER: Final = ("overdue", "office_overdue", "soon", "to_do", "to_check", "to_assign", "orders", "open")


def text(kind: str, params: Mapping[str, Any]) -> str:
    """The words of a notice. A kind of a later version is shown by its name rather than not at all."""
    template = TEXTS.get(kind)
    if template is None:
        return f"{kind} {params.get('case', '')}".strip()
    made = dict(params)
    if "days" in params:
        made["when"] = when(overdue=kind.endswith("overdue"), days=int(params["days"]))
    if "action" in params:
        made["what"] = action_label(str(params["action"]))
    if kind == "digest":
        counts = params.get("counts", {})
        made["list"] = _(", ").join(_count_words(name, counts[name]) for name in DIGEST_ORDER if counts.get(name))
    return str(template) % made


def when(*, overdue: bool, days: int) -> str:
    """How far it is from the deadline, in whole days."""
    if overdue:
        if days == 0:
            return _("overdue for less than a day")
        return ngettext("%(days)d day overdue", "%(days)d days overdue", days) % {"days": days}
    if days == 0:
        return _("due today")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


def _count_words(name: str, n: int) -> str:
    words = {
        "overdue": ngettext("%(n)d overdue", "%(n)d overdue", n),
        "office_overdue": ngettext("%(n)d step of the office late", "%(n)d steps of the office late", n),
        "soon": ngettext("%(n)d due within three days", "%(n)d due within three days", n),
        "to_do": ngettext("%(n)d to put right", "%(n)d to put right", n),
        "to_check": ngettext("%(n)d to check", "%(n)d to check", n),
        "to_assign": ngettext("%(n)d to assign", "%(n)d to assign", n),
        "orders": ngettext("%(n)d supervision order open", "%(n)d supervision orders open", n),
        "open": ngettext("%(n)d case open", "%(n)d cases open", n),
    }
    return words[name] % {"n": n}
