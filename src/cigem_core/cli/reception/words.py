"""The words officers choose from, by their codes, without loading the model for `--help`; a test compares them with it."""

from __future__ import annotations

CONDITIONS = ("returning", "in-transit", "candidate-to-departure", "student", "resident", "visitor")
MEANS = ("flight", "convoy", "boat", "train", "other")
AIDS = ("meal", "night", "transport", "kit", "cash")
GOALS = ("job", "training", "business", "studies", "legal-departure", "none-yet")
RESULTS = ("achieved", "partly-achieved", "abandoned", "moved-away", "lost-sight-of")
REASONS = ("first-reception", "information", "legal-migration", "project", "referral", "social", "other")
REFUSALS = ("full", "not-eligible", "papers-missing", "out-of-scope", "did-not-come", "declined", "other")
WAYS = ("phone", "letter", "message", "visit", "migrant")
SAFE_WAYS = ("phone", "message", "through-someone", "visit-only", "not-at-all")
ANSWERS = ("receive", "accept", "refuse", "begin", "finish")
