"""Engines and schemas of all stores, and leaving no trace in their files."""
