"""A case concerns a node of the tree: its mine's, or, for a systemic problem, a company or office."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def node_of_the_mine(apps, schema_editor):
    """Until now every case was of a mine."""
    Case, Mine = apps.get_model("cases", "Case"), apps.get_model("registry", "Mine")
    node = models.Subquery(Mine.objects.filter(pk=models.OuterRef("mine_id")).values("node_id")[:1])
    models.QuerySet.update(Case.objects.filter(node=None), node_id=node)


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0005_word_files"),
        ("registry", "0002_roles_of_mine_head_inspectorate_government"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="node",
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="registry.node"),
        ),
        migrations.RunPython(node_of_the_mine, migrations.RunPython.noop),
    ]
