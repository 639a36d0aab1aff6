"""Tasks that use a model: fill a program's missing line so that its checks hold; say what a call returns.

`task.py` is a task and how it reads as a document, `judge.py` decides by a run whether a filling passes,
`build.py` makes tasks from the corpus' own programs, `writer.py` lets a model write, `scores.py` counts.
The formats are in `docs/tasks.md`.
"""
