"""Tests, folder by folder beside the package that they hold to its word."""
