"""How dates and numbers are written and read, by language; Django's own `vi` is overridden here."""
