"""Signing in: certificates, staff logins, sessions, tries, notices to a person."""
