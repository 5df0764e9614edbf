from django.db import migrations, models


class Migration(migrations.Migration):
    """A session knows which one-time address of issuing it opened: number and password alone order nothing."""

    dependencies = [
        ("accounts", "0003_second_factor"),
    ]

    operations = [
        migrations.AddField("session", "opened_link_id", models.BigIntegerField(null=True)),
    ]
