"""A written policy as it is read, strictly, and bound by its operator."""
