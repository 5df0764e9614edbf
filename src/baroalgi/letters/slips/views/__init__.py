"""Pages of slips: guardians answer, teachers see the answers."""
