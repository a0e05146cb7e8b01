"""What is read from the sources alone: calls, and the table of HTTP calls."""
