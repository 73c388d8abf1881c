"""The clauses of the demonstration: the criteria for major hazards, and an invented catalogue of ordinary ones."""

from __future__ import annotations

from minewarden.center.audit.services import act
from minewarden.center.hazards.clauses.sync import searched, sync_catalogues
from minewarden.center.hazards.models import Catalogue, CatalogueKind, Clause
from minewarden.simulate.hazard_texts import ordinary_catalogue


def seed_clauses() -> None:
    """Bring both editions into the office, and the invented catalogue if it is not there yet."""
    sync_catalogues()
    plan = ordinary_catalogue()
    if Catalogue.objects.filter(key=plan.key).exists():
        return
    with act("demo.seed", None, "invented catalogue", actor_name="demo"):
        catalogue = Catalogue(
            key=plan.key, name=plan.name, name_en=plan.name_en, kind=CatalogueKind.ORDINARY, valid_from=plan.valid_from
        )
        catalogue.save()
        for sort, item in enumerate(plan.clauses, start=1):
            clause = Clause(
                catalogue=catalogue,
                code=item.code,
                aspect=item.aspect,
                aspect_en=item.aspect_en,
                article=item.article,
                number=item.number,
                grade=item.grade,
                title=item.title,
                title_en=item.title_en,
                text=item.text,
                valid_from=plan.valid_from,
                worded_from=plan.valid_from,
                sort=sort,
            )
            clause.search_text = searched(clause)
            clause.save()
