import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0004_files_of_appeals"),
    ]

    operations = [
        migrations.AddField(
            model_name="team",
            name="draw",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="teams",
                to="inspections.draw",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="drawn",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(fields=["draw", "drawn"], name="inspections_team_drawn_once"),
        ),
    ]
