"""What a release is written as: columns for programs, SDMX for statisticians, a bulletin for people."""
