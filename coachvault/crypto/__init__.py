"""Encryption by age, and the two levels of keys. No cryptography of our own."""
