"""What the company and its board are shown: whole quarters, whole years, no person and no unit."""
