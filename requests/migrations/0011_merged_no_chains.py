"""Chains and cycles of merged tickets are impossible, whatever the order of two transactions (APP-16).

Both functions look at the newest row: the lock waits for whoever is changing the main at this moment.
"""

from django.db import migrations

NO_CHAINS = """
create function requests_merged() returns trigger language plpgsql as $$
declare above bigint;
begin
    select merged_into_id into above from requests_ticket where id = new.merged_into_id for share;
    if above is not null then
        raise integrity_constraint_violation using message = 'ticket_merged_into_merged';
    end if;
    if exists (select from requests_ticket where merged_into_id = new.id) then
        raise integrity_constraint_violation using message = 'ticket_merged_has_merged';
    end if;
    return new;
end $$;
create trigger requests_merged before insert or update of merged_into_id on requests_ticket
    for each row when (new.merged_into_id is not null) execute function requests_merged();
"""
CHAINS = "drop trigger requests_merged on requests_ticket; drop function requests_merged()"


class Migration(migrations.Migration):
    dependencies = [("requests", "0010_not_the_accused")]

    operations = [
        migrations.RunSQL(NO_CHAINS, CHAINS),
    ]
