"""One short module for each command of `python -m cwm_demo`."""
