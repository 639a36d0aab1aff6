"""A weekend: one model against another, by result files of any models."""

from cwm_demo.ui.compare.page import compare
from cwm_demo.ui.front_door import enter_by_front_door

enter_by_front_door()
compare()
