"""ANPE's convention as it ships, and obligations to add to it."""

from pathlib import Path

SHIPPED = Path(__file__).parents[3] / "plugins/cigem-mali/src/cigem_mali/conventions/CIGEM-ANPE-2009.toml"
OWED = """
[[obligation]]
article = "art. 5"
of = "anpe"
owes = "answer-referrals"
within_days = 15

[[obligation]]
article = "art. 6"
of = "anpe"
owes = "return"
kind = "job_seeker"
every = "month"
within_days = 10
"""
