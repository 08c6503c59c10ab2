"""Commands of `amur` that have more to them than a line in `cli.py`; each is imported when it is called."""
