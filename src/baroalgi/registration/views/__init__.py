"""Pages of the certificate: what it is, applying, following, and the counter."""
