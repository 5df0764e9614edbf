"""Settings, URL map and environment: the outermost room."""
