"""What XML can carry. Feeds, sheets and the hub write texts that somebody pasted from elsewhere."""

import re

FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write (§2.2): they are left out."""
