"""What the keepers sign: notes, roots, the directory and whom it makes holders, releases."""
