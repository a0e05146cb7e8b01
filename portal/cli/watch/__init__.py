"""The watch, on its host and from the officer's and HR's ends."""
