"""The engine: plain Python that reads the press. No Django, no database; pure but for net, sandbox and archive."""
