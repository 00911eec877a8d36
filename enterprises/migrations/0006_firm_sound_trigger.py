from django.db import migrations

# Whoever renames a firm without saying how the new name sounds leaves none, and not the former one.
FORGET = """
create function forget_sound() returns trigger language plpgsql as $$
begin
    new.sound := '';
    new.sound_pairs := '{}';
    return new;
end $$;
create trigger enterprises_forget_sound before update on enterprises_enterprise for each row
when (new.sound = old.sound and (new.name, new.short_name, new.legal_representative)
    is distinct from (old.name, old.short_name, old.legal_representative))
execute function forget_sound()
"""
KEEP = "drop trigger enterprises_forget_sound on enterprises_enterprise; drop function forget_sound()"


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0005_facts_and_portraits")]

    operations = [migrations.RunSQL(FORGET, KEEP)]
