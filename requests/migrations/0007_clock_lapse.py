from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0006_supervision"),
    ]

    operations = [
        migrations.AddField("supplement", "lapsed_at", models.DateTimeField(null=True)),
    ]
