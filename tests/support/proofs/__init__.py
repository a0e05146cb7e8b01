"""Promises of SECURITY.md, the tests that hold them, and when these last passed."""
