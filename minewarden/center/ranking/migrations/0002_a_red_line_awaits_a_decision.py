"""The word for a red line that is put forward. Nothing changes in the tables."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ranking", "0001_watch_list")]

    operations = [
        migrations.AlterField(
            model_name="raisedline",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Awaits a decision"),
                    ("raised", "In force"),
                    ("refused", "Not upheld"),
                    ("ended", "Lifted"),
                ],
                max_length=8,
            ),
        )
    ]
