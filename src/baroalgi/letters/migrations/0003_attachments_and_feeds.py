import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from baroalgi.platform import rls

# Who reads the letter has its files. By a sub-select, so that the letter's own policy decides, whatever it says.
READ = "EXISTS (SELECT FROM letters_letter letter WHERE letter.id = letter_id)"
WRITE = "policy.writes_letter(letter_id)"

DELETE = f"""
-- What was never sent may vanish; of what was sent it is kept that it was there (removed_at).
CREATE POLICY letters_attachment_delete ON letters_attachment FOR DELETE TO baroalgi_app
    USING ({WRITE} AND EXISTS (
        SELECT FROM letters_letter letter WHERE letter.id = letter_id AND letter.state IN ('draft', 'scheduled')));
CREATE POLICY letters_feedaddress_delete ON letters_feedaddress FOR DELETE TO baroalgi_app
    USING (person_id = (SELECT policy.actor()));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0004_slips"),
        ("organisation", "0004_schools_through_time"),
        ("platform", "0005_stored_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("position", models.SmallIntegerField()),
                ("name", models.CharField(max_length=110)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.storedfile",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="letters.letter"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FeedAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=43)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)), fields=("letter", "file"), name="attachment_once"
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("state__in", ("published", "withdrawn"))),
                fields=["school", "-posted_on", "-id"],
                name="letter_feed",
            ),
        ),
        rls.protect(
            "letters_attachment",
            read=READ,
            write=WRITE,
            app="SELECT, INSERT, DELETE, UPDATE (position, removed_at)",
        ),
        rls.protect(
            "letters_feedaddress",
            read="person_id = (SELECT policy.actor())",
            write="person_id = (SELECT policy.actor()) AND (SELECT policy.strength()) = 'certificate'",
            app="SELECT, INSERT, DELETE, UPDATE (nonce, token_hash, made_at)",
        ),
        RunSQL(DELETE, RunSQL.noop),
    ]
