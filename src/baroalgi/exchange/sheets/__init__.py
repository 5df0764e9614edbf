"""XLSX that schools fill and upload: read → rows → report (dry run) → apply (all or nothing).

Nothing of an upload is stored: what was read waits sealed in the page itself (`waiting`).
"""
