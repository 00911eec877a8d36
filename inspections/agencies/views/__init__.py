"""Pages of agencies: people and teams, subjects and checklists, the town's rules, firms' days of closure."""
