"""What a scope and a rule say, in words."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _

from minewarden.center.cases.models import Kind, Level

from . import draw
from .draw import Rule
from .population import Scope


def scope_words(scope: Scope) -> list[str]:
    """Each condition of a scope as a phrase, but for the list's filter; one phrase where there is none."""
    said = []
    if scope.kinds:
        said.append("、".join(str(Kind(kind).label) for kind in scope.kinds))
    if scope.closed_from and scope.closed_to:
        said.append(_("closed from %(first)s to %(last)s") % {"first": scope.closed_from, "last": scope.closed_to})
    elif scope.closed_from:
        said.append(_("closed from %(day)s on") % {"day": scope.closed_from})
    elif scope.closed_to:
        said.append(_("closed until %(day)s") % {"day": scope.closed_to})
    if scope.level:
        said.append(_("level: %(level)s") % {"level": Level(scope.level).label})
    if scope.clause:
        said.append(_("clause begins with %(clause)s") % {"clause": scope.clause})
    return said or [_("everything that is closed")]


def rule_words(rule: Rule) -> str:
    """How many are drawn."""
    if rule.kind == draw.ALL:
        return _("all of them")
    if rule.size is not None:
        said = _("a sample of %(n)s cases") % {"n": rule.size}
    else:
        said = _("a sample of %(n)s percent") % {"n": f"{float(Fraction(rule.share or 0) * 100):g}"}
    if not rule.stratum:
        return said
    parts = {
        "mine": _("%(sample)s, at least %(n)s of each mine"),
        "city": _("%(sample)s, at least %(n)s of each city"),
        "acceptor": _("%(sample)s, at least %(n)s of each acceptor"),
    }
    return parts[rule.stratum] % {"sample": said, "n": rule.at_least}
