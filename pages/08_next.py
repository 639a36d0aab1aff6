"""Chapter 08: the four companion decks, what each asks, and our models seen from there."""

from cwm_demo.ui.companions import companions
from cwm_demo.ui.front_door import enter_by_front_door

enter_by_front_door()
companions()
