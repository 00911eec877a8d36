"""The demo town's policies (POL-1…9): their texts, two years of rounds and claims, what was pushed, services and questions."""
