"""One file per peer. Each has `check(file)`, and `keep(file, base)` where accepted rows go to SQLite as well."""
