"""The log that cannot be rewritten unseen: its exact form, its check, its sentences."""
