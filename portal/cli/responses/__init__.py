"""What a server says, as a command may use it: foreign text until a strict reader of this package has read it."""
