"""Tags of firms (ENT-6): 23 criteria in five dimensions, shipped as data and edited as all criteria are."""
