"""A firm's portrait (ENT-6): what the desk, which knows every room, adds to the page of one firm."""

from portal.desk.portrait import disputed, events, figures, inspections, lacking, people, tickets, visits

__all__ = ["disputed", "events", "figures", "inspections", "lacking", "people", "tickets", "visits"]
