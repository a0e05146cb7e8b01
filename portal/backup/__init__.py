"""Backup and restore: one archive, one key and one destination per store."""
