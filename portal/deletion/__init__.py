"""Deletion: the list of what was deleted, the deleting itself, and the janitor who finishes it."""
