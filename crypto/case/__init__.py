"""A case as it travels: grants, items and what is inside them, thread, memo, events."""
