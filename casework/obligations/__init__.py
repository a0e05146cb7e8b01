"""What an office owes beside the steps of a case: recurring duties, attention, answers to many, retention: pure."""
