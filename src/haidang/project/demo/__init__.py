"""The demo: an invented press to read (`press`), so that a new desk has news within minutes."""
