"""Records in from an agency, and out to one: the one door through which they cross."""
