"""What may be done in a case under its policy, and what doing it leaves: pure."""
