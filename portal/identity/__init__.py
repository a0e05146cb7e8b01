"""Custody of sealed identities, in a store that joins with nothing."""
