"""Accounts of staff: invitations, sign-in, sessions, keyrings. No account is a key to any content."""
