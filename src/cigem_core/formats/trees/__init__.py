"""Documents of records, JSON or XML, as the tables they hold."""
