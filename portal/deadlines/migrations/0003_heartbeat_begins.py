"""The heartbeat begins with the database, so that a sweep that never runs is noticed as well as one that stops."""

from django.db import migrations
from django.db.models.functions import Now


def begin(apps, schema_editor):
    apps.get_model("deadlines", "Heartbeat").objects.get_or_create(id=1, defaults={"swept_at": Now()})


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0002_supervision")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
