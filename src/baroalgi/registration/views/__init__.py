"""Pages of the certificate: what it is, applying, following, issuing, and the counter."""
