"""A complaint's unit, and whatever is below it, never handles the complaint: the database refuses it too (APP-18)."""

from django.db import migrations

TRIGGERS = """
CREATE FUNCTION requests_is_accused(ticket bigint, department bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH RECURSIVE unit AS (
        SELECT accused_id AS id FROM requests_complaint WHERE ticket_id = ticket AND accused_id IS NOT NULL
        UNION
        SELECT d.id FROM people_department d JOIN unit ON d.parent_id = unit.id
    )
    SELECT EXISTS (SELECT FROM unit WHERE id = department)
$$;

CREATE FUNCTION requests_refuse_accused_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.ended_at IS NULL AND requests_is_accused(NEW.ticket_id, NEW.department_id) THEN
        RAISE EXCEPTION 'the unit complained about cannot handle the complaint'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'accused_handles_nothing';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION requests_refuse_accused_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF requests_is_accused(NEW.id, NEW.lead_department_id) THEN
        RAISE EXCEPTION 'the unit complained about cannot lead the complaint'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'accused_leads_nothing';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER accused_handles_nothing BEFORE INSERT OR UPDATE ON requests_assignment
    FOR EACH ROW EXECUTE FUNCTION requests_refuse_accused_part();
CREATE TRIGGER accused_leads_nothing BEFORE UPDATE ON requests_ticket
    FOR EACH ROW WHEN (NEW.confidential AND NEW.lead_department_id IS NOT NULL)
    EXECUTE FUNCTION requests_refuse_accused_lead();
"""

NO_TRIGGERS = """
DROP TRIGGER accused_leads_nothing ON requests_ticket;
DROP TRIGGER accused_handles_nothing ON requests_assignment;
DROP FUNCTION requests_refuse_accused_lead(), requests_refuse_accused_part(), requests_is_accused(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("requests", "0009_the_loop_in_full"), ("people", "0002_second_factor")]

    operations = [migrations.RunSQL(TRIGGERS, NO_TRIGGERS)]
