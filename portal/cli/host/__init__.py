"""What runs and tends the stores of an office."""
