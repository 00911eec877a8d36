from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0006_counted_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="draw",
            name="known_on",
            field=models.DateField(null=True, verbose_name="公共随机数产生日期"),
        ),
    ]
