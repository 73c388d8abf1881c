"""Figures in words that whoever is named can follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.hazards.models import Clause
from minewarden.center.registry.scene_names import scene_name

from .feeds import fed_topic, left_out_words, source_words, time_words
from .measure import Measured, Seen
from .models import Candidate, Kind
from .reading import FEED, SCENE
from .reckoning import Span

Text = str | Promise

VERDICTS: Final[dict[str, tuple[Text, str]]] = {
    "shown": (gettext_lazy("Shown: the rate has fallen."), "good"),
    "not_yet": (gettext_lazy("Not yet shown."), "warn"),
    "too_little": (gettext_lazy("Too little was inspected since to say."), "neutral"),
    "worse": (gettext_lazy("Worse: it is found more often than before."), "bad"),
}
LATER: Final[dict[str, tuple[Text, str]]] = {
    "held": (gettext_lazy("Held: the rate stayed down."), "good"),
    "rose_back": (gettext_lazy("Rose back: the rate is nearer to what it was before."), "bad"),
    "too_little": (gettext_lazy("Too little was inspected since closing to say."), "neutral"),
}
LACKING: Final[dict[str, Text]] = {
    "days": gettext_lazy("the measures are in force for too short a time"),
    "inspections": gettext_lazy("too few inspections since"),
    "expected": gettext_lazy("too little time on site since: even unchanged, too little would have been found"),
    "others": gettext_lazy("there are no others to compare with"),
}
DOUBTS: Final[dict[str, Text]] = {
    "low": gettext_lazy("it stands out less than the head's list asks"),
    "visits": gettext_lazy("it was found in fewer inspections than the head's list asks"),
}
LEFT_OUT: Final[dict[str, Text]] = {
    "no_clause": gettext_lazy("hazards without a clause"),
    "no_inspection": gettext_lazy("hazards of no recorded inspection: nobody knows how long was looked for them"),
    "no_time": gettext_lazy("inspections without hours on site"),
    "no_event": gettext_lazy("violations that no camera saw"),
    "not_watched": gettext_lazy("violations of a time in which no camera is known to have watched for them"),
}


def verdict_words(verdict: str) -> str:
    """The verdict on measures in one sentence."""
    return str(VERDICTS[verdict][0])


def later_words(verdict: str) -> str:
    """The verdict of a look-back in one sentence."""
    return str(LATER[verdict][0])


def verdict_tone(verdict: str) -> tuple[Text, str]:
    """Sentence and tone of any verdict that was kept."""
    return VERDICTS.get(verdict) or LATER.get(verdict, (verdict, "neutral"))


def reckoning_words(span: Span, now: Measured) -> str:
    """Before against after, with every figure that the verdict goes by."""
    from .reckoning import figures_of  # noqa: PLC0415 - one way of writing figures down, kept ones and new ones

    return figures_words(figures_of(span, now))


def figures_words(figures: dict[str, Any]) -> str:
    """The same of figures as they are kept."""
    days, before, after = figures["span"], figures["before"], figures["after"]
    parts = [
        _(
            "Before (%(from)s to %(to)s) it was found in %(found)s of %(visits)s inspections of %(hours)s hours on "
            "site: %(rate)s in 100 hours up to the finding; drawn towards the others, %(shrunk)s."
        )
        % {
            "from": days["before_from"],
            "to": days["before_to"],
            "found": before["found"],
            "visits": before["inspections"],
            "hours": hours(before["minutes"]),
            "rate": _rate(before),
            "shrunk": f"{figures['shrunk']:.1f}",
        },
        _(
            "Since the measures (%(from)s to %(to)s) it was found in %(found)s of %(visits)s inspections of %(hours)s "
            "hours on site: %(rate)s in 100 hours up to the finding."
        )
        % {
            "from": days["after_from"],
            "to": days["after_to"],
            "found": after["found"],
            "visits": after["inspections"],
            "hours": hours(after["minutes"]),
            "rate": _rate(after),
        },
    ]
    if figures["unchanged"]:
        parts.append(
            _(
                "Without measures, and with the change that those without them have (%(trend)s times), %(would)s would "
                "have been found: it is %(ratio)s times that, and with high probability %(low)s to %(high)s times."
            )
            % {
                "trend": f"{figures['trend']:.2f}",
                "would": f"{figures['unchanged']:.1f}",
                "ratio": f"{figures['ratio']:.2f}",
                "low": f"{figures['low']:.2f}",
                "high": "∞" if figures["high"] is None else f"{figures['high']:.2f}",
            }
        )
    if figures.get("wanted_evidence"):
        parts.append(
            _(
                "All that was found since is %(evidence)s times likelier if measures have worked than if nothing "
                "changed; closing asks for %(wanted)s times, so that trying it often does not help luck."
            )
            % {
                "evidence": _many(figures["evidence"]),
                "wanted": f"{figures['wanted_evidence']:.0f}",
            }
        )
    if figures["lacking"]:
        parts.append(_("Lacking: %(what)s.") % {"what": "；".join(str(LACKING[name]) for name in figures["lacking"])})
    if figures.get("wanted_minutes"):
        parts.append(
            _("About %(hours)s hours on site since the measures would be enough.")
            % {"hours": hours(figures["wanted_minutes"])}
        )
    return " ".join(parts)


def hours(minutes: float) -> str:
    """Minutes as whole hours with thousands apart."""
    return f"{minutes / 60:,.0f}"


def _many(times: float) -> str:
    """A number that may be anything from nearly nothing to beyond all measure."""
    return f"{times:.2f}" if times < 10 else f"{times:,.0f}" if times < 10_000 else "> 10,000"


def _rate(seen: dict[str, Any]) -> str:
    rate = Seen(seen["found"], seen["inspections"], seen["minutes"]).rate
    return "–" if rate is None else f"{rate:.1f}"


def trend_words(candidate: Candidate) -> str:
    """Whether it becomes more or less frequent by the hour, in words."""
    told = candidate.trend
    if told is None:
        return str(_("cannot be said"))
    if told["low"] > 1:
        return str(_("becoming more frequent"))
    if told["high"] is not None and told["high"] < 1:
        return str(_("becoming less frequent"))
    return str(_("no clear change"))


def left_out_why(why: str) -> str:
    """Why something was left out of a search."""
    return left_out_words(why.removeprefix(FEED)) if why.startswith(FEED) else str(LEFT_OUT[why])


def topic_words(clauses: dict[str, str], clause: str) -> str:
    """What a clause, or a scene, is called."""
    if clause.startswith(SCENE):
        return scene_name(clause.removeprefix(SCENE))
    return clauses.get(clause) or fed_topic(clause) or clause


def clause_names(codes: Iterable[str]) -> dict[str, str]:
    """Clause's code → its title in the reader's language; one query."""
    return {clause.code: clause.label for clause in Clause.objects.filter(code__in=set(codes))}


def scope_words(kind: str, name: str, season: list[int]) -> str:
    """Where: the office's name, or the months of the year."""
    if kind == Kind.SEASON:
        return _("every year in months %(months)s") % {"months": "、".join(map(str, season))}
    return name


def explained(candidate: Candidate) -> list[str]:
    """All numbers of a candidate in sentences."""
    told = [
        _(
            "It was found in %(n)s inspections at %(mines)s mines in %(months)s different months (%(findings)s "
            "records). A fault written down several times in one inspection counts once."
        )
        % {"n": candidate.n, "mines": candidate.mines, "months": candidate.months, "findings": candidate.findings},
        _(
            "In the same time on site (%(hours)s hours), at the rate of all others, in the same kind of inspections "
            "and with the number of other findings there, %(expected)s would be expected: it is %(ratio)s times that."
        )
        % {
            "hours": hours(candidate.minutes),
            "expected": f"{candidate.expected:.1f}",
            "ratio": f"{candidate.ratio:.1f}",
        },
        _(
            "Little is known of few: drawn towards all others it is %(mean)s times, with 95 %% probability more than "
            "%(low)s times and with 95 %% probability less than %(high)s times."
        )
        % {"mean": f"{candidate.mean:.1f}", "low": f"{candidate.low:.1f}", "high": f"{candidate.high:.1f}"},
        _("Of %(peers)s others that it was compared with, %(above)s are higher.")
        % {"peers": candidate.peers, "above": candidate.peers_above},
        _("%(n)s times it was found again at a mine after an earlier one had been closed there.")
        % {"n": candidate.recurred},
    ]
    if called := time_words(candidate.source):
        told.insert(
            0,
            _("This goes by %(source)s: what is called an inspection here is %(visit)s, and its time are %(hours)s.")
            % {"source": source_words(candidate.source), "visit": called[0], "hours": called[1]},
        )
    if candidate.trend is not None:
        trend = candidate.trend
        told.append(
            _(
                "By the hour of inspection the later half of the months has %(times)s times what the earlier half has "
                "(%(low)s to %(high)s times): %(words)s."
            )
            % {
                "times": "∞" if trend["times"] is None else f"{trend['times']:.1f}",
                "low": f"{trend['low']:.1f}",
                "high": "∞" if trend["high"] is None else f"{trend['high']:.1f}",
                "words": trend_words(candidate),
            }
        )
    if candidate.doubts:
        told.append(
            _("It is not on the head's list: %(why)s.")
            % {"why": "；".join(str(DOUBTS[name]) for name in candidate.doubts)}
        )
    return told
