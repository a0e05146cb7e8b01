"""How the suite is chosen, spread over workers and noted."""
