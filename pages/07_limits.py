"""Chapter 07: latency measured live, where our model fails, what the data costs, and what is open."""

from cwm_demo.ui.front_door import enter_by_front_door
from cwm_demo.ui.limits import limits

enter_by_front_door()
limits()
