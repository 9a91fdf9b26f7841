"""The rules of a form, asked of whole columns of answers."""
