"""The observatory: figures rebuilt from records, and published exposing nobody."""
