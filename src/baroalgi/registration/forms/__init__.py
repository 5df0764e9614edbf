"""Forms of the certificate application, one module per page: the parent's, then the counter's."""
