"""Two indexes that nobody reads by are gone: the sweep wrote an entry into each for every row that it advanced."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deadlines", "0004_tables_follow"),
        ("requests", "0007_clock_lapse"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticketdeadline",
            name="rule",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="deadlines.slarule",
                verbose_name="依据",
            ),
        ),
        migrations.AlterField(
            model_name="ticketdeadline",
            name="user",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="责任人",
            ),
        ),
        migrations.AddIndex(
            model_name="ticketdeadline",
            index=models.Index(condition=models.Q(user__isnull=False), fields=["user"], name="ticketdeadline_user"),
        ),
    ]
