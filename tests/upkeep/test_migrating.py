"""Tables that name each other are made by one operation, and taken away by it."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from portal.migrating import Together

NAMES = {"upkeep_hen", "upkeep_egg"}


def key(to: str) -> models.ForeignKey:
    return models.ForeignKey(to, models.CASCADE, null=True, related_name="+")


def tables() -> set[str]:
    return NAMES & set(connection.introspection.table_names())


@pytest.mark.django_db(transaction=True)
def test_two_tables_that_name_each_other_come_and_go(as_owner):
    made = [
        migrations.CreateModel("Hen", [("id", models.BigAutoField(primary_key=True)), ("first", key("upkeep.Egg"))]),
        migrations.CreateModel("Egg", [("id", models.BigAutoField(primary_key=True)), ("layer", key("upkeep.Hen"))]),
    ]
    step = Together(made)
    before, after = ProjectState(), ProjectState()
    step.state_forwards("upkeep", after)
    with as_owner():
        with connection.schema_editor() as editor:
            step.database_forwards("upkeep", editor, before, after)
        try:
            assert tables() == NAMES
            with connection.cursor() as cursor:
                found = connection.introspection.get_relations(cursor, "upkeep_hen")
            assert {name: relation[1] for name, relation in found.items()} == {"first_id": "upkeep_egg"}
        finally:
            with connection.schema_editor() as editor:
                step.database_backwards("upkeep", editor, after, before)
        assert tables() == set()
    assert step.reversible
    assert not Together([migrations.RunSQL("SELECT 1")]).reversible
