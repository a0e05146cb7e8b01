"""What the keepers of the office sign, publish and hand over."""
