"""Criteria over attributes of firms (ENT-5): one language, two evaluators that agree, and what is stored of them.

Where to begin: `language` has the tree and its JSON; `check.checked` reads what somebody wrote and says what is wrong
with it; `one.evaluate` decides one firm and explains, `all.evaluate` decides all of them; `flow` keeps criteria with
their versions, `store` their outcomes. Nothing here knows what a criterion is for: who uses one says so in `uses`.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> from enterprises.attributes.values import Held
    >>> from enterprises.criteria.one import evaluate
    >>> from enterprises.criteria.reading import parse
    >>> research = parse({"compare": [{"ratio": ["rd_cost_last_year", "revenue_last_year"]}, ">=", "0.05"]})
    >>> known = {"rd_cost_last_year": Held(Decimal("0.15")), "revenue_last_year": Held(Decimal("3"))}
    >>> evaluate(research, known, date(2026, 11, 23)).outcome  # on the border, which floats get wrong
    True
    >>> print(evaluate(research, {}, date(2026, 11, 23)).outcome)  # nobody has said: neither yes nor no
    None
"""
