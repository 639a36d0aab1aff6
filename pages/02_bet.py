"""Chapter 02: the bet."""

from cwm_demo.ui.bet import bet
from cwm_demo.ui.front_door import enter_by_front_door

enter_by_front_door()
bet()
