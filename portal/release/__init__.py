"""Signed releases, the check of a running site against one, the page for a disk."""
