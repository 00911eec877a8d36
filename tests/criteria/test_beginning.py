"""What the package says a newcomer should try is true."""

import doctest

import enterprises.criteria


def test_the_first_example_holds():
    tried = doctest.testmod(enterprises.criteria)
    assert tried.attempted > 5
    assert not tried.failed
