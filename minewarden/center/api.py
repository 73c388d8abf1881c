"""The API of the office: one OpenAPI document (``/api/openapi.json``, for who is logged in), one kind of error."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from ninja import NinjaAPI
from ninja.security import django_auth

from minewarden.center.accidents.api import router as accidents_router
from minewarden.center.accounts.tokens import TokenAuth
from minewarden.center.cases.api import router as cases_router
from minewarden.center.enforcement.api import router as enforcement_router
from minewarden.center.hazards.api import router as hazards_router
from minewarden.center.hazards.field.api import router as field_router
from minewarden.center.hazards.suggestion.api import router as suggestion_router
from minewarden.center.problems.api import router as problems_router
from minewarden.center.ranking.api import router as ranking_router
from minewarden.center.registry.api import router as registry_router
from minewarden.center.resident_teams.api import router as missions_router
from minewarden.center.scene_setup.api import router as setup_router
from minewarden.center.scene_setup.edge_api import router as setup_edge_router
from minewarden.center.video.api import router as video_router
from minewarden.center.video.edge_api import edge_router

from . import api_errors

api = NinjaAPI(
    title="Minewarden",
    version="1",
    docs_url=None,
    docs_decorator=login_required,
    # The key first: django_auth would refuse a call without a CSRF token before the key was looked at.
    auth=[TokenAuth(), django_auth],
    urls_namespace="api",
)
api_errors.install(api)
api.add_router("/edge/v1", edge_router, tags=["edge"])
api.add_router("/edge/v1", setup_edge_router, tags=["edge"])
api.add_router("/registry", registry_router, tags=["registry"])
api.add_router("/scene-setup", setup_router)
api.add_router("/cases", cases_router, tags=["cases"])
api.add_router("/video", video_router)
api.add_router("/hazards/field", field_router)
api.add_router("/hazards", hazards_router)
api.add_router("/hazards", suggestion_router)
api.add_router("/enforcement", enforcement_router)
api.add_router("/accidents", accidents_router)
api.add_router("/ranking", ranking_router)
api.add_router("/problems", problems_router)
api.add_router("/missions", missions_router)
