"""The last line of the gate (INS-2), for whatever forgets to ask `inspections.needs.gate`: import, editing, raw SQL.

Each of these locks the firm's row before it looks, so that of two transactions that would cross the second sees what
the first has done. What depends on the order of a verb's writings is looked at when the transaction ends.
"""

from django.db import migrations

SPARED = """
create function inspections_spared(wanted varchar, ordered varchar) returns boolean language sql immutable as $$
    select wanted = 'self_chosen' or (wanted = 'random' and btrim(ordered) = '')
$$;

create function inspections_need_gate() returns trigger language plpgsql as $$
begin
    perform from enterprises_enterprise where id = new.enterprise_id for no key update;
    if exists (select from inspections_entry where enterprise_id = new.enterprise_id and status = 'listed'
               and term_from <= new.last and term_until >= new.first) then
        raise integrity_constraint_violation using message = 'need_of_whitelisted_firm';
    end if;
    return new;
end $$;
create trigger inspections_need_gate before insert or update of kind, ordered_by, first, last, enterprise_id, status
    on inspections_need for each row
    when (new.status in ('open', 'planned') and inspections_spared(new.kind, new.ordered_by))
    execute function inspections_need_gate();

create function inspections_entry_gate() returns trigger language plpgsql as $$
declare entry inspections_entry;
begin
    select * into entry from inspections_entry where id = new.id;
    if not found or entry.status <> 'listed' then
        return null;
    end if;
    perform from enterprises_enterprise where id = entry.enterprise_id for no key update;
    if exists (select from inspections_need need left join inspections_jointvisit visit on visit.id = need.visit_id
               where need.enterprise_id = entry.enterprise_id and need.status in ('open', 'planned')
               and need.first <= entry.term_until and need.last >= entry.term_from
               and inspections_spared(need.kind, need.ordered_by) and visit.status is distinct from 'under_way') then
        raise integrity_constraint_violation using message = 'listed_over_waiting_needs';
    end if;
    return null;
end $$;
create constraint trigger inspections_entry_gate after insert or update of status, term_from, term_until, enterprise_id
    on inspections_entry deferrable initially deferred for each row
    when (new.status = 'listed') execute function inspections_entry_gate();
"""

# Days that are worked, as `portal.worktime` has them: a local day before a notice, a later year's notice before another.
CAPPED = """
create function inspections_working_days(one date, other date) returns integer language sql stable as $$
    select count(*)::integer from generate_series(least(one, other) + 1, greatest(one, other), interval '1 day') day
    where coalesce((select working from worktime_calendarday where date = day::date
                    order by (origin = 'local') desc, year desc nulls first limit 1), extract(isodow from day) < 6)
$$;

create function inspections_demand_cap(visit inspections_jointvisit) returns void language plpgsql as $$
declare most integer; stand integer;
begin
    if not exists (select from inspections_need where visit_id = visit.id and kind in ('self_chosen', 'random')) then
        return;
    end if;
    select coalesce((select yearly_cap from inspections_rules where id = 1), 4) into most;
    select count(*) into stand from inspections_jointvisit other
    where other.enterprise_id = visit.enterprise_id and other.status in ('scheduled', 'under_way', 'done')
    and extract(year from other.day) = extract(year from visit.day)
    and exists (select from inspections_need where visit_id = other.id and kind in ('self_chosen', 'random'));
    if stand > most then
        raise integrity_constraint_violation using message = 'visits_beyond_yearly_cap';
    end if;
end $$;

create function inspections_demand_gap(visit inspections_jointvisit) returns void language plpgsql as $$
declare gap integer;
begin
    if visit.on_the_spot or not exists (
        select from inspections_entry where enterprise_id = visit.enterprise_id and status = 'listed'
        and visit.day between term_from and term_until
    ) or not exists (
        select from inspections_need where visit_id = visit.id
        and kind in ('self_chosen', 'random', 'statutory', 'campaign')
    ) then
        return;
    end if;
    select coalesce((select r.gap from inspections_rules r where id = 1), 10) into gap;
    if exists (select from inspections_jointvisit other
               where other.enterprise_id = visit.enterprise_id and other.id <> visit.id and not other.on_the_spot
               and other.status in ('scheduled', 'under_way', 'done')
               and other.day between visit.day - 3 * gap - 15 and visit.day + 3 * gap + 15
               and inspections_working_days(visit.day, other.day) < gap
               and exists (select from inspections_visitpart theirs where theirs.visit_id = other.id)
               and not exists (select from inspections_visitpart theirs join inspections_visitpart ours
                               on ours.agency_id = theirs.agency_id
                               where theirs.visit_id = other.id and ours.visit_id = visit.id)) then
        raise integrity_constraint_violation using message = 'visits_of_several_agencies_too_near';
    end if;
end $$;

create function inspections_visit_gate() returns trigger language plpgsql as $$
declare visit inspections_jointvisit; wanted bigint;
begin
    if tg_table_name = 'inspections_need' then
        wanted := new.visit_id;
    else
        wanted := new.id;
    end if;
    select * into visit from inspections_jointvisit where id = wanted;
    if not found or visit.status not in ('scheduled', 'under_way', 'done') then
        return null;
    end if;
    perform from enterprises_enterprise where id = visit.enterprise_id for no key update;
    perform inspections_demand_cap(visit);
    perform inspections_demand_gap(visit);
    return null;
end $$;
create constraint trigger inspections_visit_comes after insert on inspections_jointvisit
    deferrable initially deferred for each row
    when (new.status in ('scheduled', 'under_way', 'done')) execute function inspections_visit_gate();
create constraint trigger inspections_visit_stands after update of status, day, enterprise_id on inspections_jointvisit
    deferrable initially deferred for each row
    when (new.status in ('scheduled', 'under_way', 'done')
          and (old.status not in ('scheduled', 'under_way', 'done') or new.day <> old.day))
    execute function inspections_visit_gate();
create constraint trigger inspections_need_comes after insert on inspections_need
    deferrable initially deferred for each row
    when (new.visit_id is not null) execute function inspections_visit_gate();
create constraint trigger inspections_need_stands after update of visit_id, kind on inspections_need
    deferrable initially deferred for each row
    when (new.visit_id is not null and (new.visit_id is distinct from old.visit_id or new.kind <> old.kind))
    execute function inspections_visit_gate();
"""

NOTHING = """
drop trigger inspections_need_stands on inspections_need;
drop trigger inspections_need_comes on inspections_need;
drop trigger inspections_visit_stands on inspections_jointvisit;
drop trigger inspections_visit_comes on inspections_jointvisit;
drop function inspections_visit_gate();
drop function inspections_demand_gap(inspections_jointvisit);
drop function inspections_demand_cap(inspections_jointvisit);
drop function inspections_working_days(date, date);
drop trigger inspections_entry_gate on inspections_entry;
drop function inspections_entry_gate();
drop trigger inspections_need_gate on inspections_need;
drop function inspections_need_gate();
drop function inspections_spared(varchar, varchar);
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_first"), ("worktime", "0001_initial")]

    operations = [migrations.RunSQL(SPARED + CAPPED, NOTHING)]
