"""Facts about firms (ENT-2, ENT-3): what the lines deliver, how it comes in, and what happens when sources disagree.

Where to begin: `describing.load` makes lines and resources of `data/`; `delivering.deliver` is the only way in, all
rows or none; `undoing.undo` takes a delivery back; `reading.facts_of` is what one person may read of one firm, with the
source of each value. `work` brings files to `deliver`, `pushing` the API, `correcting` visits, `ruling` decisions on
conflicts. What facts come to is reckoned next door, in `attributes`.
"""
