"""Scholarships: a round, from the call to the last payment, that anyone can recheck."""
