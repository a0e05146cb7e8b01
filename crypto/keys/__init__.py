"""Keys of people: the receipt and what follows from it, staff keys, passkeys, former keys."""
