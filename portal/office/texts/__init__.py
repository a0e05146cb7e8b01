"""The documents that a directory names by hash: policies and jurisdiction texts."""
