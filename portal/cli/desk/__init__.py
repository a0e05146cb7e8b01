"""What a member of the desk does, on the own machine."""
