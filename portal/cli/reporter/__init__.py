"""What a reporter does: tell, read, answer, prove."""
