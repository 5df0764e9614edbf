from django.db import migrations, models

from baroalgi.platform import rls


class Migration(migrations.Migration):
    dependencies = [
        ("schoolinfo", "0003_bell_times"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("run", models.CharField(max_length=64)),
                ("part", models.CharField(max_length=300)),
                ("done_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "part"), name="import_step_once")],
            },
        ),
        rls.public("schoolinfo_importstep", reason="names of files that an import has read", app=""),
    ]
