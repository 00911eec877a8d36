from portal.trail.checks import two_database_roles


def test_one_role_for_both_is_warned_of(settings):
    settings.DATABASE_OWNER_URL = "postgres://same@db/portal"
    settings.DATABASE_APP_ROLE = "same"
    assert [found.id for found in two_database_roles(None)] == ["trail.W001"]


def test_two_roles_are_fine(settings):
    settings.DATABASE_OWNER_URL = "postgres://owner@db/portal"
    settings.DATABASE_APP_ROLE = "same"
    assert two_database_roles(None) == []
