"""Probabilities as a visitor reads them."""

from __future__ import annotations


def percent(probability: float) -> str:
    """Rounded, but never to a certainty that the model doesn't claim."""
    if probability < 0.005:
        return "&lt;1 %"
    return f"{min(99, round(probability * 100))} %" if probability < 0.9995 else "100 %"
