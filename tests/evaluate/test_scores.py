from cwm_demo.evaluate.scores import Score, wilson


def test_wilson_against_a_published_example():
    # Newcombe 1998, table I: 81 of 263, 95 %: 0.2553 to 0.3662
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_wilson_stays_within_bounds():
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0


def test_nothing_measured_is_null_and_not_zero():
    assert Score().to_json() == {"value": None, "n": 0, "low": None, "high": None}
