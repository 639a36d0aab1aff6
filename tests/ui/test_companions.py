"""Chapter 08: four decks, one of them recommended, and our models seen from each."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cwm_demo.course.chapters import cited, load_sources
from cwm_demo.course.companions import load_decks, load_needs, recommended
from cwm_demo.predict.prediction import Prediction
from cwm_demo.ui.companions import FACTS, count_sure, on_paper
from tests.ui.conftest import Client, html, not_yet_run


@pytest.fixture
def page(client: Client) -> AppTest:
    """The chapter, not yet run."""
    return not_yet_run("pages/08_next.py")


def test_every_companion_is_there_with_its_question_and_its_address(page: AppTest) -> None:
    page.run()
    shown = "\n".join(element.value for element in page.markdown)
    assert list(load_decks()) == ["01", "02", "04", "05"] == list(FACTS)
    for deck in load_decks().values():
        assert deck.asks in shown and deck.take in shown and deck.play in shown
        assert load_sources()[deck.source].url.startswith("https://")
        assert set(cited(deck.about + deck.seen)) <= load_sources().keys()
    assert 'id="source-deck-04"' in html(page)


def test_our_models_are_seen_from_there_with_figures_of_their_own(page: AppTest) -> None:
    text = html(page.run())
    assert "million parameters" in text and "MB</b> for its whole context" in text
    assert "tells no probabilities" in text  # the scripted model has no tokens


@pytest.mark.parametrize("key", load_needs())
def test_what_hurts_leads_to_a_deck(page: AppTest, key: str) -> None:
    page.query_params["next_need"] = key
    text = html(page.run())
    assert on_paper() in text  # all of them, hidden on the screen
    text = text.replace(on_paper(), "")
    need = recommended(key)
    deck = load_decks().get(need.deck)
    assert need.why.replace("'", "&#x27;") in text
    assert (f"Deck {deck.number}, {deck.title}" if deck else "You are in it.") in text


def test_every_deck_is_recommended_by_something() -> None:
    assert {need.deck for need in load_needs().values()} == {*load_decks(), "03"}
    assert recommended(None) is None and recommended("nonsense") is None


def test_the_page_does_not_wait_for_the_models(page: AppTest, client: Client) -> None:
    client.state, client.sentence = "loading", "The models are opening."
    text = html(page.run())
    assert "The models are opening." in text and "What to remember" in text


def test_tokens_are_sure_from_95_per_cent_on() -> None:
    predictions = [Prediction("", 1.0, tokens=(("a", 0.95), ("b", 0.94))), Prediction("", 1.0)]
    assert count_sure(predictions) == (1, 2)
