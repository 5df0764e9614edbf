from django.db import migrations
from django.db.migrations.operations import RunSQL

# Letters are found by their pairs of characters within a shelf of a board (policy.letters_with). Without fastupdate:
# what waits to be sorted in would be read from end to end by every search.
MARKS = """
CREATE INDEX letter_marks ON letters_letter USING gin (policy.letter_marks(board_id, number, title, body))
    WITH (fastupdate = off);
DROP INDEX letter_words;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0003_attachments_and_feeds"),
    ]

    operations = [
        RunSQL(MARKS, RunSQL.noop),
    ]
