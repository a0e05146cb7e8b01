"""Time, memory, bytes and load, and the table that `make bench` prints."""
