"""Numbers of the models in words that a visitor reads."""

from __future__ import annotations

from cwm_demo.predict.prediction import LineGuess

# Bits a token: about the median and the third quartile of what models/standard says of the lines of seven
# catalogue programs as meant (2.0 and 4.2); of 14 bugs in them the median is 2.3.
ODD, VERY_ODD = 2.0, 4.0


def percent(probability: float) -> str:
    """Rounded, but never to a certainty that the model doesn't claim."""
    if probability < 0.005:
        return "&lt;1 %"
    return f"{min(99, round(probability * 100))} %" if probability < 0.9995 else "100 %"


def unusual(guess: LineGuess) -> tuple[str, int]:
    """How unusual the standing line is, as a word and a level from 0 to 2."""
    bits = guess.surprise / max(guess.tokens, 1)
    level = 2 if bits >= VERY_ODD else 1 if bits >= ODD else 0
    return ("usual", "odd", "very odd")[level], level
