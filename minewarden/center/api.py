"""The API of the office: one OpenAPI document, one kind of error."""

from __future__ import annotations

from ninja import NinjaAPI

from minewarden.center.video.edge_api import edge_router

from . import problems

api = NinjaAPI(title="Minewarden", version="1", docs_url=None, urls_namespace="api")
problems.install(api)
api.add_router("/edge/v1", edge_router, tags=["edge"])
