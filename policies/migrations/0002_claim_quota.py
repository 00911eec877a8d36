"""The last line of a quota (POL-5): no place beyond it, and nothing approved without one, whatever a verb forgets.

A quota stands once there is a claim, so that what these compare with cannot move under them.
"""

from django.db import migrations

WITHIN = """
create function policies_within_quota() returns trigger language plpgsql as $$
declare places integer;
begin
    select quota into places from policies_round where id = new.round_id;
    if places is null then
        return new;
    end if;
    if new.place > places then
        raise integrity_constraint_violation using message = 'claim_place_beyond_quota';
    end if;
    if new.place is null and new.status in ('publish', 'publicity', 'objection', 'payment', 'paid') then
        raise integrity_constraint_violation using message = 'claim_approved_without_place';
    end if;
    return new;
end $$;
create trigger policies_within_quota before insert or update of place, status, round_id on policies_claim
    for each row execute function policies_within_quota();

create function policies_quota_stands() returns trigger language plpgsql as $$
begin
    if exists (select from policies_claim where round_id = new.id) then
        raise integrity_constraint_violation using message = 'round_quota_stands';
    end if;
    return new;
end $$;
create trigger policies_quota_stands before update of quota on policies_round
    for each row when (new.quota is distinct from old.quota) execute function policies_quota_stands();
"""
NOTHING = """
drop trigger policies_within_quota on policies_claim; drop function policies_within_quota();
drop trigger policies_quota_stands on policies_round; drop function policies_quota_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_first")]

    operations = [
        migrations.RunSQL(WITHIN, NOTHING),
    ]
