"""Protected employees, HR events and the evidence that nobody is punished."""
