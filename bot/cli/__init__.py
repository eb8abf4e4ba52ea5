"""What each command of `python -m bot` does in a terminal; `bot/__main__.py` lists the commands."""
