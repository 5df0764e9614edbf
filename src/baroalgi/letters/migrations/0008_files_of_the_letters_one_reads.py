from django.db import migrations
from django.db.migrations.operations import RunSQL

POLICIES = """
-- Who reads a letter sees what hangs on it, and in its history the names of files taken away (the pages hand those
-- out to nobody); of a letter that was withdrawn the school's staff alone.
ALTER POLICY letters_attachment_read ON letters_attachment USING (EXISTS (
    SELECT FROM letters_letter letter WHERE letter.id = letter_id
    AND (letter.state = 'published'
         OR letter.school_id = ANY ((SELECT policy.staffed_schools())::bigint[]))));
-- Attached is what the writer sends in the same transaction, never a file that somebody else has brought.
ALTER POLICY letters_attachment_insert ON letters_attachment
    WITH CHECK (policy.writes_letter(letter_id) AND policy.keeps_file(file_id) AND EXISTS (
        SELECT FROM letters_letter letter WHERE letter.id = letter_id AND letter.state <> 'withdrawn'));
ALTER POLICY letters_attachment_update ON letters_attachment
    USING (policy.writes_letter(letter_id))
    WITH CHECK (policy.writes_letter(letter_id) AND EXISTS (
        SELECT FROM letters_letter letter WHERE letter.id = letter_id AND letter.state <> 'withdrawn'));
-- A file is seen where it hangs on something that one sees.
CREATE POLICY platform_storedfile_of_letters ON platform_storedfile FOR SELECT TO baroalgi_app
    USING (EXISTS (SELECT FROM letters_attachment attachment WHERE attachment.file_id = platform_storedfile.id));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0007_what_the_database_says_itself"),
        ("platform", "0007_files_of_their_senders"),
    ]

    operations = [RunSQL(POLICIES, RunSQL.noop)]
