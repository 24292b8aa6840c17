"""The vault on disk: where records lie, how they are written, kept, and destroyed."""
