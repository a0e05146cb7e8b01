"""Real servers on loopback ports, and the product's faces as processes."""
