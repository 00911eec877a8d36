"""The demo town's inspections (INS-1…11): agencies, the whitelist, a year of joint visits, what waits to be planned."""
