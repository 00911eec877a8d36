"""Criteria over attributes of firms (ENT-5): one language, two evaluators that agree, and what is stored of them."""
