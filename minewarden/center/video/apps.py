from __future__ import annotations

from collections.abc import Iterator

from django.apps import AppConfig

from minewarden.center.audit.files import RecordFile, register_file_source


class VideoConfig(AppConfig):
    name = "minewarden.center.video"
    label = "video"

    def ready(self) -> None:
        register_file_source("video.evidence", _kept_evidence)


def _kept_evidence(prefix: str) -> Iterator[RecordFile]:
    """The files that complete evidence names, for the verifier."""
    from .models import Evidence  # noqa: PLC0415 - models cannot be imported before the apps are ready

    kept = Evidence.objects.filter(sha256__startswith=prefix, complete_at__isnull=False)
    for evidence in kept.iterator(chunk_size=1000):
        yield RecordFile(evidence.sha256, evidence.size, f"video.evidence {evidence.pk}")
