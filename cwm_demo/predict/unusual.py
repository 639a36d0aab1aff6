"""How unusual the text model finds a line, in the words that a visitor reads: usual, odd, very odd.

    word, level = unusual(guess)                    # "odd", 1

`calibrate` counts how often each word is said, of lines as meant and of lines with a bug.
"""

from __future__ import annotations

from cwm_demo.predict.prediction import LineGuess

WORDS = ("usual", "odd", "very odd")
# Bits a token: about the median and the third quartile of what models/standard says of the lines of seven
# catalogue programs as meant (2.0 and 4.2); of 14 bugs in them the median is 2.3.
ODD, VERY_ODD = 2.0, 4.0


def bits_a_token(guess: LineGuess) -> float:
    return guess.surprise / max(guess.tokens, 1)


def unusual(guess: LineGuess) -> tuple[str, int]:
    """How unusual the standing line is, as a word and a level from 0 to 2."""
    bits = bits_a_token(guess)
    level = 2 if bits >= VERY_ODD else 1 if bits >= ODD else 0
    return WORDS[level], level
