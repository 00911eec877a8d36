"""Who gets which answer at which address, written out by hand (SEC-1); `test_urls` asks every one of them.

A row says who gets which answer; whoever it doesn't name gets 404, as if it weren't there, and the anonymous are sent
to sign in (302).
"""

from tests.matrix import (
    api_rows,
    calculator_rows,
    claims_rows,
    commons_rows,
    criteria_rows,
    engine_rows,
    facts_rows,
    find_rows,
    inspections,
    intake_rows,
    library_rows,
    matching_rows,
    portrait_rows,
    services_rows,
    visits_rows,
)

CLERKS = "intake_clerk triager"
DEPARTMENT = "handler deputy_head department_head stand_in"
CO = "police_handler"
FIRM = "enterprise_member member_official"  # the official is one, too, but in this firm's matters he is the firm
ON_BEHALF = "steward project_assistant"
SEE_ALL = "supervisor leader"
OTHERS = "data_officer policy_officer inspector"
NO_BUSINESS = "administrator auditor evaluator"
OUTSIDE = "other_member former_member nobody"

OFFICIALS = f"{CLERKS} {DEPARTMENT} {CO} economy_handler member_official {ON_BEHALF} {SEE_ALL} {OTHERS} {NO_BUSINESS}"
OFFICIALS += " grid_member revisitor congress_observer"
SIGNED_IN = f"{OFFICIALS} enterprise_member {OUTSIDE}"
EVERYBODY = f"{SIGNED_IN} anonymous"

READ_FIRMS = f"{CLERKS} {DEPARTMENT} {CO} economy_handler member_official {ON_BEHALF} {SEE_ALL} {OTHERS}"
READ_FIRMS += " grid_member revisitor congress_observer"
READ_TICKETS = f"{CLERKS} {DEPARTMENT} {CO} economy_handler member_official {ON_BEHALF} {SEE_ALL}"
READ_TICKETS += " grid_member revisitor congress_observer"

KNOWS = f"{READ_FIRMS} evaluator"  # the knowledge base: not who keeps accounts or audits

READ_OWN = f"{CLERKS} {DEPARTMENT} {CO} {FIRM} {ON_BEHALF} {SEE_ALL} grid_member congress_observer"
READ_FOREIGN = f"{CLERKS} member_official {SEE_ALL} grid_member congress_observer other_member"
READ_INTERNAL = f"{CLERKS} {DEPARTMENT} {CO} {ON_BEHALF} {SEE_ALL} grid_member congress_observer"
WRITES_OWN = f"{CLERKS} {DEPARTMENT} {CO} {FIRM} {ON_BEHALF} supervisor"

READ_FIGURES = f"{SEE_ALL} congress_observer evaluator deputy_head department_head stand_in"
READ_OVERDUE = f"{SEE_ALL} congress_observer deputy_head department_head stand_in"
READ_BESIDE = f"{SEE_ALL} deputy_head department_head stand_in"  # claims, services, visits, inspections that are late
KEEP_PEOPLE = f"intake_clerk supervisor {ON_BEHALF} grid_member"
FILES_FOR_OTHERS = ON_BEHALF
WRITE_TO_FIRMS = f"{CLERKS} {DEPARTMENT} {CO} economy_handler member_official {ON_BEHALF} supervisor revisitor"

# (address, its arguments in `world`, method): {status: who}
ROWS = {
    # people
    ("people:sign-in", "", "GET"): {200: "anonymous", 302: SIGNED_IN},
    ("people:sign-in", "", "POST"): {200: "anonymous", 302: SIGNED_IN},
    ("people:sign-out", "", "GET"): {405: EVERYBODY},
    ("people:sign-out", "", "POST"): {302: EVERYBODY},
    ("people:language", "", "GET"): {405: EVERYBODY},
    ("people:language", "", "POST"): {302: EVERYBODY},
    ("accounts:own", "", "GET"): {200: SIGNED_IN},
    ("accounts:own", "", "POST"): {200: SIGNED_IN},
    ("accounts:password", "", "GET"): {200: SIGNED_IN},
    ("accounts:password", "", "POST"): {200: SIGNED_IN},
    ("people:password-forgotten", "", "GET"): {200: EVERYBODY},
    ("people:password-forgotten", "", "POST"): {200: EVERYBODY},
    ("people:password-sent", "", "GET"): {200: EVERYBODY},
    ("accounts:password-set", "nobody's link", "GET"): {200: EVERYBODY},
    ("accounts:password-set", "nobody's link", "POST"): {200: EVERYBODY},
    ("people:second-factor", "", "GET"): {302: SIGNED_IN},  # who has set none up is not asked
    ("people:second-factor", "", "POST"): {302: SIGNED_IN},
    ("accounts:factor", "", "GET"): {200: OFFICIALS},
    ("accounts:factor", "", "POST"): {422: OFFICIALS},
    ("accounts:factor-codes", "", "GET"): {},
    ("accounts:factor-codes", "", "POST"): {},
    # desk
    ("desk:public-home", "", "GET"): {200: "anonymous", 302: SIGNED_IN},
    ("desk:track", "", "GET"): {200: EVERYBODY},
    ("desk:track", "", "POST"): {422: EVERYBODY},
    ("desk:home", "", "GET"): {
        200: "former_member nobody",
        302: f"{CLERKS} {DEPARTMENT} {CO} economy_handler {FIRM} other_member {ON_BEHALF} {SEE_ALL} revisitor"
        " congress_observer evaluator auditor administrator grid_member data_officer policy_officer inspector",
    },
    ("desk:firm", "", "GET"): {200: f"{FIRM} {OUTSIDE}"},  # whoever has no firm any more is told so
    ("desk:firm-switch", "", "GET"): {405: SIGNED_IN},
    ("desk:firm-switch", "", "POST"): {},
    ("desk:leader", "", "GET"): {200: SEE_ALL},
    ("desk:figures", "", "GET"): {200: READ_FIGURES},
    ("desk:figures-export", "", "GET"): {200: READ_FIGURES},
    ("desk:overdue", "", "GET"): {200: READ_OVERDUE},
    ("desk:overdue-export", "", "GET"): {200: READ_OVERDUE},
    ("desk:beside", "", "GET"): {200: READ_BESIDE},
    ("desk:beside-list", "", "GET"): {200: READ_BESIDE},
    ("desk:beside-export", "", "GET"): {200: READ_BESIDE},
    ("desk:board", "", "GET"): {404: EVERYBODY},  # a sign-in is no display key
    ("desk:board-items", "", "GET"): {404: EVERYBODY},
    ("upkeep:retention", "", "GET"): {200: "administrator auditor"},
    ("upkeep:retention-change", "retention", "POST"): {422: "administrator"},
    ("desk:displays", "", "GET"): {200: "administrator"},
    ("desk:displays", "", "POST"): {422: "administrator"},
    ("desk:display-revoke", "display", "POST"): {302: "administrator"},
    ("desk:department", "", "GET"): {200: f"{DEPARTMENT} {CO} economy_handler"},
    ("desk:agenda", "", "GET"): {200: f"{SEE_ALL} congress_observer"},
    ("desk:agenda-export", "", "GET"): {200: f"{SEE_ALL} congress_observer"},
    ("desk:agenda-note", "agenda item", "GET"): {200: "supervisor"},
    ("desk:agenda-note", "agenda item", "POST"): {422: "supervisor"},
    ("requests:instructions", "", "GET"): {200: "leader"},
    ("requests:orders", "", "GET"): {200: SEE_ALL},
    ("requests:orders-export", "", "GET"): {200: SEE_ALL},
    ("requests:verifications", "", "GET"): {200: f"{SEE_ALL} congress_observer"},
    ("desk:search", "", "GET"): {200: SIGNED_IN},
    ("desk:search-proposed", "", "GET"): {200: SIGNED_IN},
    ("upkeep:notice", "", "GET"): {200: EVERYBODY},
    ("upkeep:healthz", "", "GET"): {200: EVERYBODY},
    ("upkeep:metrics", "", "GET"): {404: EVERYBODY},  # a stranger like everybody else without the token
    # accounts: the administrator's, who reads no business (SEC-1)
    ("accounts:users", "", "GET"): {200: "administrator"},
    ("accounts:users-export", "", "GET"): {200: "administrator"},
    ("accounts:user-new", "", "GET"): {200: "administrator"},
    ("accounts:user-new", "", "POST"): {200: "administrator"},
    ("accounts:user", "user", "GET"): {200: "administrator"},
    ("accounts:user-edit", "user", "GET"): {200: "administrator"},
    ("accounts:user-edit", "user", "POST"): {200: "administrator"},
    ("accounts:user-password", "user", "GET"): {200: "administrator"},
    ("accounts:user-password", "user", "POST"): {200: "administrator"},
    ("accounts:user-factor", "user", "GET"): {200: "administrator"},
    ("accounts:user-factor", "user", "POST"): {200: "administrator"},  # he has none
    ("accounts:user-unlock", "user", "POST"): {302: "administrator"},
    ("accounts:user-hand-over", "user", "GET"): {200: "administrator"},
    ("accounts:user-hand-over", "user", "POST"): {200: "administrator"},
    ("accounts:user-deactivate", "user", "GET"): {200: "administrator"},
    ("accounts:user-deactivate", "user", "POST"): {302: "administrator"},
    ("accounts:user-reactivate", "user", "POST"): {302: "administrator"},
    ("accounts:user-grant", "user", "POST"): {200: "administrator"},
    ("accounts:role-end", "role", "GET"): {200: "administrator"},
    ("accounts:role-end", "role", "POST"): {302: "administrator"},
    ("accounts:role-duty", "role", "POST"): {302: "administrator"},
    ("accounts:departments", "", "GET"): {200: "administrator"},
    ("accounts:departments-export", "", "GET"): {200: "administrator"},
    ("accounts:department-new", "", "GET"): {200: "administrator"},
    ("accounts:department-new", "", "POST"): {200: "administrator"},
    ("accounts:department", "department", "GET"): {200: "administrator"},
    ("accounts:department-edit", "department", "GET"): {200: "administrator"},
    ("accounts:department-edit", "department", "POST"): {200: "administrator"},
    ("accounts:groups", "", "GET"): {200: "administrator"},
    ("accounts:groups-export", "", "GET"): {200: "administrator"},
    ("accounts:group-new", "", "GET"): {200: "administrator"},
    ("accounts:group-new", "", "POST"): {200: "administrator"},
    ("accounts:group", "group", "GET"): {200: "administrator"},
    ("accounts:group", "group", "POST"): {200: "administrator"},
    ("accounts:group-edit", "group", "GET"): {200: "administrator"},
    ("accounts:group-edit", "group", "POST"): {200: "administrator"},
    ("accounts:group-leave", "group member", "POST"): {302: "administrator"},
    ("accounts:delegate", "", "GET"): {200: f"{OFFICIALS}"},
    ("accounts:delegate", "", "POST"): {200: f"{OFFICIALS}"},
    ("accounts:delegation-end", "delegation", "GET"): {200: "department_head stand_in administrator"},
    ("accounts:delegation-end", "delegation", "POST"): {302: "department_head stand_in administrator"},
    # time limits: the administrator's calendar, tables and ladders
    ("calendar:calculator", "", "GET"): {200: EVERYBODY},
    ("calendar:year", "", "GET"): {200: "administrator"},
    ("calendar:notice", "", "GET"): {200: "administrator"},
    ("calendar:notice", "", "POST"): {422: "administrator"},
    ("calendar:override", "", "GET"): {200: "administrator"},
    ("calendar:override", "", "POST"): {422: "administrator"},
    ("calendar:lift", "local day", "GET"): {200: "administrator"},
    ("calendar:lift", "local day", "POST"): {200: "administrator"},  # asks first
    ("calendar:hours", "", "GET"): {200: "administrator"},
    ("calendar:hours", "", "POST"): {422: "administrator"},
    ("calendar:hours-withdraw", "hours", "POST"): {302: "administrator"},
    ("calendar:followings", "", "GET"): {200: "administrator"},
    ("calendar:following", "following", "GET"): {200: "administrator"},
    ("calendar:following-progress", "following", "GET"): {200: "administrator"},
    ("limits:tables", "", "GET"): {200: "administrator"},
    ("limits:add", "table", "GET"): {200: "administrator"},
    ("limits:add", "table", "POST"): {422: "administrator"},
    ("limits:rule", "rule", "GET"): {200: "administrator"},
    ("limits:rule", "rule", "POST"): {422: "administrator"},
    ("limits:withdraw", "rule", "POST"): {302: "administrator"},
    ("limits:apply", "obligation", "GET"): {200: "administrator"},
    ("limits:apply", "obligation", "POST"): {302: "administrator"},
    ("limits:choose", "", "GET"): {200: "administrator"},
    ("limits:choose", "", "POST"): {422: "administrator"},
    ("limits:unchoose", "choice", "POST"): {302: "administrator"},
    ("limits:ladders", "", "GET"): {200: "administrator"},
    ("limits:ladder", "ladder", "GET"): {200: "administrator"},
    ("limits:ladder", "ladder", "POST"): {422: "administrator"},
    # one's own deadlines; how one was computed, for whoever sees the ticket
    ("mine:deadlines", "", "GET"): {200: SIGNED_IN},
    ("mine:month", "", "GET"): {200: SIGNED_IN},
    ("mine:feed-new", "", "POST"): {200: SIGNED_IN},
    ("mine:feed-end", "", "POST"): {302: SIGNED_IN},
    ("mine:feed", "feed", "GET"): {200: EVERYBODY},  # the link is the key
    ("mine:reckoned", "own deadline", "GET"): {200: READ_OWN},
    ("mine:reckoned", "own part's deadline", "GET"): {200: READ_INTERNAL},
    ("mine:reckoned", "foreign deadline", "GET"): {200: READ_FOREIGN},
    # lists: everybody's own arrangement
    ("lists:kept", "tickets", "GET"): {200: SIGNED_IN},
    ("lists:save", "tickets", "POST"): {302: SIGNED_IN},
    ("lists:columns", "tickets", "POST"): {302: SIGNED_IN},
    ("lists:change", "saved view", "POST"): {},  # its owner too, where no act is named
    # outbox
    ("outbox:inbox", "", "GET"): {200: SIGNED_IN},
    ("outbox:choices", "", "GET"): {200: SIGNED_IN},
    ("outbox:open", "letter", "GET"): {302: "enterprise_member"},
    ("outbox:read-all", "", "GET"): {405: EVERYBODY},
    ("outbox:read-all", "", "POST"): {302: SIGNED_IN},
    ("outbox:channel", "", "POST"): {},  # no channel named
    ("outbox:demo-sent", "", "GET"): {200: EVERYBODY},  # in the demo, which the tests run as
    ("outbox:dead", "", "GET"): {200: "administrator"},
    ("desk:dead-export", "", "GET"): {200: "administrator"},
    ("outbox:retry", "dead", "POST"): {302: "administrator"},
    ("outbox:retry-all", "dead kind", "POST"): {302: "administrator"},
    ("outbox:give-up", "dead", "POST"): {302: "administrator"},
    # what the sweep had to put aside: no content, the administrator's
    ("deadlines:put-aside", "", "GET"): {200: "administrator"},
    ("deadlines:retry-all", "", "POST"): {302: "administrator"},
    ("deadlines:retry", "put aside", "POST"): {302: "administrator"},
    # enterprises
    ("enterprises:list", "", "GET"): {200: READ_FIRMS},
    ("enterprises:export", "", "GET"): {200: READ_FIRMS},
    ("enterprises:imports", "", "GET"): {200: "data_officer"},
    ("enterprises:imports", "", "POST"): {422: "data_officer"},
    ("enterprises:import", "import", "GET"): {200: "data_officer"},
    ("enterprises:import-columns", "import", "POST"): {422: "data_officer"},
    ("enterprises:import-apply", "import", "POST"): {302: "data_officer"},
    ("enterprises:import-undo", "import", "POST"): {302: "data_officer"},
    ("enterprises:import-drop", "import", "POST"): {302: "data_officer"},
    ("enterprises:import-progress", "import", "GET"): {204: "data_officer"},
    ("enterprises:import-export", "import", "GET"): {200: "data_officer"},
    ("enterprises:mine", "", "GET"): {302: f"{FIRM} other_member"},
    ("enterprises:detail", "firm", "GET"): {200: f"{READ_FIRMS} enterprise_member"},
    ("enterprises:detail", "foreign firm", "GET"): {200: f"{READ_FIRMS} other_member"},
    ("enterprises:member-add", "firm", "POST"): {422: KEEP_PEOPLE},
    ("enterprises:member-add", "foreign firm", "POST"): {422: "intake_clerk supervisor grid_member"},
    ("enterprises:member-end", "member", "POST"): {302: KEEP_PEOPLE},
    ("enterprises:member-primary", "member", "POST"): {302: KEEP_PEOPLE},
    ("enterprises:member-phone", "member", "POST"): {200: f"{KEEP_PEOPLE} revisitor"},
    ("desk:steward-assign", "firm", "POST"): {422: "intake_clerk supervisor"},
    ("desk:steward-end", "steward", "POST"): {302: "intake_clerk supervisor"},
    ("enterprises:rename", "firm", "POST"): {422: "intake_clerk supervisor data_officer"},
    # enterprises: coming to act for a firm
    ("joining:register", "", "GET"): {200: "anonymous", 302: SIGNED_IN},
    ("joining:register", "", "POST"): {422: "anonymous", 302: SIGNED_IN},
    ("joining:code", "", "GET"): {302: EVERYBODY},
    ("joining:code", "", "POST"): {302: EVERYBODY},
    ("joining:firm", "", "GET"): {200: SIGNED_IN, 302: "anonymous"},
    ("joining:firm", "", "POST"): {422: SIGNED_IN, 302: "anonymous"},
    ("joining:look", "", "GET"): {200: SIGNED_IN, 404: "anonymous"},
    ("joining:mine", "", "GET"): {200: SIGNED_IN},
    ("joining:withdraw", "join", "POST"): {302: "nobody"},
    ("joining:accept", "invitation", "GET"): {200: EVERYBODY},
    ("joining:accept", "invitation", "POST"): {
        422: f"anonymous intake_clerk {FIRM}",  # who has no account fills one in; who invited; who belongs already
        302: " ".join(set(SIGNED_IN.split()) - {"intake_clerk", *FIRM.split()}),
    },
    ("joining:queue", "", "GET"): {200: "intake_clerk supervisor"},
    ("joining:request", "join", "GET"): {200: "intake_clerk supervisor enterprise_member nobody"},
    ("joining:approve", "join", "POST"): {302: "intake_clerk supervisor enterprise_member"},
    ("joining:refuse", "join", "POST"): {422: "intake_clerk supervisor enterprise_member"},
    ("joining:paper", "join paper", "GET"): {200: "intake_clerk supervisor enterprise_member nobody"},
    ("joining:invite", "firm", "GET"): {200: f"{KEEP_PEOPLE} enterprise_member"},
    ("joining:invite", "firm", "POST"): {422: f"{KEEP_PEOPLE} enterprise_member"},
    ("joining:invite", "foreign firm", "GET"): {200: "intake_clerk supervisor grid_member other_member"},
    ("joining:revoke", "firm's invitation", "POST"): {302: f"{KEEP_PEOPLE} enterprise_member"},
    # requests: the firm's side
    ("requests:mine", "", "GET"): {200: f"{FIRM} other_member former_member nobody"},
    ("requests:file", "", "GET"): {302: f"{FIRM} other_member {ON_BEHALF}", 200: "former_member nobody"},
    # Who files for nobody (any more) is told so and sees no draft; that is a page, too.
    ("requests:draft", "draft", "GET"): {200: "enterprise_member former_member nobody"},
    ("requests:draft", "draft", "POST"): {422: "enterprise_member", 200: "former_member nobody"},
    ("requests:draft-drop", "draft", "POST"): {302: "enterprise_member"},
    ("requests:draft-save", "draft", "POST"): {200: "enterprise_member", 403: "anonymous"},
    ("requests:draft-hints", "draft", "POST"): {200: f"{FIRM} other_member {ON_BEHALF}"},  # about one's own text
    ("requests:draft-upload", "draft", "POST"): {415: f"{FIRM} other_member {ON_BEHALF}", 403: "anonymous"},  # no file
    ("requests:draft-file", "draft file", "DELETE"): {204: "enterprise_member", 403: "anonymous"},
    # requests: the office
    ("requests:accuracy", "", "GET"): {200: "triager member_official supervisor leader"},
    ("requests:queues", "", "GET"): {302: SIGNED_IN},
    ("requests:queue-export", "intake", "GET"): {200: "intake_clerk"},
    ("requests:queue-export", "handling", "GET"): {200: f"{DEPARTMENT} {CO} economy_handler"},
    ("requests:queue", "intake", "GET"): {200: "intake_clerk"},
    ("requests:queue", "triage", "GET"): {200: "triager member_official"},
    ("requests:queue", "handling", "GET"): {200: f"{DEPARTMENT} {CO} economy_handler"},
    ("requests:queue", "revisit", "GET"): {200: "revisitor"},
    ("requests:queue", "raised", "GET"): {200: "leader"},
    ("requests:parts", "", "GET"): {200: f"{DEPARTMENT} {CO} economy_handler"},
    ("requests:queue", "followed", "GET"): {200: f"intake_clerk {ON_BEHALF}"},
    ("requests:list", "", "GET"): {200: READ_TICKETS, 302: "enterprise_member other_member former_member nobody"},
    ("requests:export", "", "GET"): {200: READ_TICKETS},
    ("requests:register", "", "GET"): {200: "intake_clerk"},
    ("requests:register", "", "POST"): {422: "intake_clerk"},
    ("requests:caller", "", "POST"): {200: "intake_clerk"},
    # requests: a caller without an account
    ("requests:link", "link", "GET"): {200: EVERYBODY},
    ("requests:link", "link", "POST"): {200: EVERYBODY},  # no answer chosen
    ("requests:link-again", "caller's", "POST"): {302: "intake_clerk revisitor"},
    ("requests:fresh", "intake", "GET"): {200: "intake_clerk"},
    ("requests:fresh", "handling", "GET"): {200: f"{DEPARTMENT} {CO} economy_handler"},
    # several tickets at once; without any the person is sent back with a sentence
    ("requests:batch", "accept", "GET"): {302: f"{CLERKS} member_official"},
    ("requests:batch", "accept", "POST"): {302: f"{CLERKS} member_official"},
    ("requests:batch", "dispatch", "POST"): {302: "triager member_official"},
    ("requests:batch", "take", "POST"): {302: f"{DEPARTMENT} {CO} economy_handler"},
    ("requests:batch", "name_handler", "POST"): {302: "deputy_head department_head stand_in"},
    ("requests:batch-on", "token", "POST"): {302: SIGNED_IN},  # whose token it isn't is told that all is done
    ("requests:batch-seen", "", "POST"): {302: SIGNED_IN},
    ("requests:undo", "token", "POST"): {302: SIGNED_IN},
    # requests: confidential complaints (APP-18)
    ("confidential:new", "", "GET"): {200: f"{FIRM} {OUTSIDE}"},  # whoever has no firm any more is told so
    ("confidential:new", "", "POST"): {422: f"{FIRM} other_member", 200: "former_member nobody"},
    ("confidential:take-down", "", "GET"): {200: "intake_clerk"},
    ("confidential:take-down", "", "POST"): {422: "intake_clerk"},
    ("confidential:reads", "", "GET"): {200: "auditor"},
    ("desk:readings", "", "GET"): {200: "auditor"},
    ("desk:readings-export", "", "GET"): {200: "auditor"},
    ("confidential:unit-questions", "", "GET"): {200: "deputy_head department_head stand_in"},
    ("confidential:unit-question", "unit question", "GET"): {200: "deputy_head department_head stand_in"},
    ("confidential:unit-question", "unit question", "POST"): {422: "deputy_head department_head stand_in"},
    ("confidential:receipt", "complaint link", "GET"): {200: EVERYBODY},  # the link is the key
    ("requests:ticket", "confidential", "GET"): {200: "enterprise_member supervisor"},
    ("requests:panel", "confidential", "GET"): {200: "enterprise_member supervisor"},
    ("requests:receipt", "confidential", "GET"): {200: "enterprise_member supervisor"},
    ("mine:reckoned", "confidential deadline", "GET"): {200: "enterprise_member supervisor"},
    ("tickets-api:ticket", "confidential", "GET"): {200: "enterprise_member supervisor", 401: "anonymous"},
    ("tickets-api:timeline", "confidential", "GET"): {200: "enterprise_member supervisor", 401: "anonymous"},
    # requests: reply templates, each for whoever wrote it
    ("requests:templates", "", "GET"): {200: WRITE_TO_FIRMS},
    ("requests:templates", "", "POST"): {422: WRITE_TO_FIRMS},
    ("requests:template", "reply template", "GET"): {200: "handler"},
    ("requests:template", "reply template", "POST"): {422: "handler"},
    ("requests:template-drop", "reply template", "POST"): {302: "handler"},
    ("requests:template-filled", "filled template", "GET"): {200: "handler"},
    # requests: one ticket
    ("requests:ticket", "own", "GET"): {200: READ_OWN},
    ("requests:ticket", "foreign", "GET"): {200: READ_FOREIGN},
    ("requests:panel", "own", "GET"): {200: READ_OWN},
    ("requests:panel", "foreign", "GET"): {200: READ_FOREIGN},
    ("requests:receipt", "own", "GET"): {200: READ_OWN},
    ("requests:receipt", "foreign", "GET"): {200: READ_FOREIGN},
    ("requests:paper", "own receipt", "GET"): {200: READ_OWN},
    ("requests:paper", "own hand-over", "GET"): {200: READ_INTERNAL},
    ("requests:paper-word", "own receipt", "GET"): {200: READ_OWN},
    ("requests:paper-word", "own hand-over", "GET"): {200: READ_INTERNAL},
    ("requests:paper-word", "foreign hand-over", "GET"): {},  # it was not dispatched yet
    ("requests:call-draft", "to call", "POST"): {200: "revisitor"},
    ("requests:call-draft", "own", "POST"): {},
    ("requests:upload", "own", "POST"): {422: WRITES_OWN},
    ("requests:upload", "foreign", "POST"): {422: f"{CLERKS} member_official supervisor other_member"},
    ("requests:download", "own file", "GET"): {200: READ_OWN},
    ("requests:download", "own internal file", "GET"): {200: READ_INTERNAL},
}
ROWS |= calculator_rows.rows(EVERYBODY, READ_FIRMS)
ROWS |= commons_rows.rows(EVERYBODY, KNOWS, DEPARTMENT, FIRM, ON_BEHALF, SEE_ALL)
ROWS |= criteria_rows.rows()
ROWS |= facts_rows.rows()
ROWS |= engine_rows.rows(SIGNED_IN)
ROWS |= library_rows.rows(EVERYBODY)
ROWS |= matching_rows.rows()
ROWS |= portrait_rows.rows()
ROWS |= services_rows.rows(EVERYBODY)
ROWS |= visits_rows.rows()
ROWS |= intake_rows.rows(EVERYBODY)
ROWS |= api_rows.rows(EVERYBODY, SIGNED_IN, READ_FIRMS, READ_OWN, READ_FOREIGN, READ_INTERNAL, WRITES_OWN)
ROWS |= find_rows.rows(READ_FIRMS)
ROWS |= claims_rows.rows(EVERYBODY, SIGNED_IN)
ROWS |= inspections.rows()
