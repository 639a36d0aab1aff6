"""CWM Demo: what a program does, as predicted by a code world model, beside what Python does.

Rooms, in the direction in which data flows:
programs -> execution -> trace -> predict -> rollout -> ui -> pages; train and evaluate use the same rooms.
Only `ui`, `pages/` and `app.py` know Streamlit; only `predict.engine` and `train` import torch.
"""
