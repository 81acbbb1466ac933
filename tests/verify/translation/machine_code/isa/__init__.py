"""Instructions one by one: what our semantics say of them, and what an emulator does."""
