from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "minewarden.center.registry"
    label = "registry"

    def ready(self) -> None:
        # These need the models, which are there only now.
        from minewarden.center.ui.shell import register_figures, register_menu  # noqa: PLC0415

        from . import door, home  # noqa: PLC0415

        door.connect()
        register_menu(_("Overview"), "registry:head", "registry.head", order=10)
        register_menu(_("Mines"), "registry:mines", "registry.view", order=60)
        register_menu(_("Cameras"), "registry:cameras", "registry.view", order=62)
        register_menu(_("Edges"), "registry:edges", "registry.manage_cameras", order=64)
        register_menu(_("Accounts and roles"), "registry:users", "registry.manage_users", order=80)
        register_menu(_("Offices"), "registry:nodes", "registry.manage_organisation", order=82)
        register_figures(_("Mines and cameras"), "registry.head", 90, home.registry_figures)
