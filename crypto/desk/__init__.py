"""The office's side: reading and answering, changing readers, the trial case, recovery."""
