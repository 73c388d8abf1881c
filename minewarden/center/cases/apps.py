from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "minewarden.center.cases"
    label = "cases"

    def ready(self) -> None:
        """Check the table of moves now rather than at the first click; tell verifier and frame what is ours."""
        # These need the models, which are there only now.
        from minewarden.center.audit.files import register_file_source  # noqa: PLC0415
        from minewarden.center.lists.spec import register_list  # noqa: PLC0415
        from minewarden.center.ui import shell  # noqa: PLC0415

        from . import agenda, bulk  # noqa: F401, PLC0415 - bulk declares its job
        from .columns import CASES  # noqa: PLC0415
        from .models import State  # noqa: PLC0415
        from .queries import stored_files, top_hits  # noqa: PLC0415
        from .search import ensure_index  # noqa: PLC0415
        from .transitions import table  # noqa: PLC0415

        register_file_source("cases", stored_files)
        register_list(CASES)
        post_migrate.connect(ensure_index, sender=self, dispatch_uid="cases.search")
        runs = sorted(table().mine_acts)
        shell.register_menu(_("Due and waiting"), "cases:due", "cases.assign", order=12)
        shell.register_menu(_("To put right"), "cases:mine_tasks", "cases.rectify", order=12)
        shell.register_menu(_("Cases"), "cases:list", "cases.view", order=20)
        shell.register_waiting(
            _("To put right"), "cases:mine_tasks", "cases.rectify", agenda.waiting("cases.rectify", *runs)
        )
        shell.register_waiting(
            _("To check"), "cases:due", "cases.accept", agenda.waiting("cases.accept", State.HANDED_IN)
        )
        shell.register_waiting(
            _("To assign"), "cases:due", "cases.assign", agenda.waiting("cases.assign", State.VERIFIED)
        )
        shell.register_waiting(
            _("Requests for more time"), "cases:due", "cases.decide_extension", agenda.waiting_extensions
        )
        shell.register_related(
            "mine", _("Open cases"), "cases.view", lambda mine: f"{reverse('cases:list')}?mine={mine.pk}&state=open"
        )
        shell.register_search(_("Cases"), "cases.view", top_hits, lambda text: agenda.listed(q=text))
        shell.register_figures(_("Cases"), "cases.view", 20, agenda.figures)
