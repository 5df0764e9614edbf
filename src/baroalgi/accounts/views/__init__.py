"""Pages of signing in and of everyone's own account."""
