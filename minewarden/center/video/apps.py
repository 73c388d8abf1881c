from __future__ import annotations

from collections.abc import Iterator

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.files import RecordFile, register_file_source


class VideoConfig(AppConfig):
    name = "minewarden.center.video"
    label = "video"

    def ready(self) -> None:
        # These need the models, which are there only now.
        from minewarden.center.cases.panels import register_panel  # noqa: PLC0415
        from minewarden.center.cases.seen import register_seen  # noqa: PLC0415
        from minewarden.center.registry.scene_names import register_scene_names  # noqa: PLC0415
        from minewarden.center.ui.shell import register_figures, register_menu, register_related, register_waiting  # noqa: PLC0415

        from . import catalogue, figures, labelled, queries, tally  # noqa: F401, PLC0415
        from .evidence_panel import evidence_panel  # noqa: PLC0415
        from .seen import seen_of_case  # noqa: PLC0415

        register_file_source("video.evidence", _kept_evidence)
        register_file_source("video.labelled", _kept_exports)
        register_seen(seen_of_case)
        register_panel("video/_case_events.html", evidence_panel, order=5)
        register_menu(_("Review"), "video:review", queries.REVIEW, order=14)
        register_menu(_("Events"), "video:events", queries.VIEW, order=40)
        register_menu(_("Live state"), "video:live", queries.VIEW, order=42)
        register_menu(_("Camera health"), "video:health", queries.VIEW, order=44)
        register_menu(_("What the verdicts teach"), "video:learning", queries.VIEW, order=45)
        register_menu(_("Pictures for training"), "video:labelled", labelled.EXPORT, order=47)
        register_menu(_("Approved work"), "video:approved", queries.VIEW, order=46)
        register_waiting(_("Events to review"), "video:review", queries.REVIEW, queries.queue)
        register_related(
            "camera", _("Events"), queries.VIEW, lambda camera: f"{reverse('video:events')}?camera={camera.code}"
        )
        register_related("mine", _("Events"), queries.VIEW, lambda mine: f"{reverse('video:events')}?mine={mine.pk}")
        register_related(
            "mine", _("Approved work"), queries.VIEW, lambda mine: f"{reverse('video:approved')}?mine={mine.pk}"
        )
        register_scene_names(lambda name: str(catalogue.scene(name).names))
        register_figures(_("Video"), queries.VIEW, 30, figures.video_figures)


def _kept_evidence(prefix: str) -> Iterator[RecordFile]:
    """The files that complete evidence names, for the verifier."""
    from .models import Evidence  # noqa: PLC0415 - models cannot be imported before the apps are ready

    kept = Evidence.objects.filter(sha256__startswith=prefix, complete_at__isnull=False)
    for evidence in kept.iterator(chunk_size=1000):
        yield RecordFile(evidence.sha256, evidence.size, f"video.evidence {evidence.pk}")


def _kept_exports(prefix: str) -> Iterator[RecordFile]:
    """The files of pictures taken out, for the verifier."""
    from .models import LabelledExport  # noqa: PLC0415 - models cannot be imported before the apps are ready

    for export in LabelledExport.objects.filter(sha256__startswith=prefix).iterator(chunk_size=1000):
        yield RecordFile(export.sha256, export.size, f"video.labelled {export.pk}")
