"""How it is read: Articles become Scripts."""
