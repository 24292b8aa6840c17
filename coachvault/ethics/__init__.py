"""The codes of ethics as data, and the checks that show what in a vault serves them."""
