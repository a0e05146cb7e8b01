"""The signed stream of each case and the tables beside it."""
