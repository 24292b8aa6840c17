"""How long each drawer is kept, what starts its term, and when it is due for destruction."""
