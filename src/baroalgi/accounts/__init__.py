"""Signing in: certificates, staff logins, sessions, invitations, tries."""
