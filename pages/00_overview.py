"""Chapter 00: where the deck sits, what the two models are, and the way through."""

from cwm_demo.ui.front_door import enter_by_front_door
from cwm_demo.ui.overview import overview

enter_by_front_door()
overview()
