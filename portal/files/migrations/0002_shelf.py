import secrets

from django.db import migrations, models


def name_it(apps, schema_editor):
    apps.get_model("files", "Shelf").objects.create(name=secrets.token_hex(4))


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Shelf",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=16)),
            ],
        ),
        migrations.AddConstraint(
            model_name="shelf",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="files_one_shelf"),
        ),
        migrations.RunPython(name_it, migrations.RunPython.noop),
    ]
