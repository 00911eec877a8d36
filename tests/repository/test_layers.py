"""Foreign keys point one way, like the imports: import-linter cannot see those that are written as strings."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Field, Model

PYPROJECT = Path(settings.BASE_DIR) / "pyproject.toml"


def layers() -> list[set[str]]:
    """The rooms from the highest to the lowest layer, as the import contract has them."""
    contracts = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    rooms = next(contract for contract in contracts if contract["name"] == "rooms")
    return [{room.strip() for room in layer.split("|")} for layer in rooms["layers"]]


def room_of(model: type[Model]) -> str | None:
    """The room a model lives in; None for models of Django and of libraries."""
    module = model.__module__
    found = [room for layer in layers() for room in layer if module == room or module.startswith(f"{room}.")]
    return max(found, key=len, default=None)


def height(room: str) -> int:
    return next(-number for number, layer in enumerate(layers()) if room in layer)


def references() -> Iterator[tuple[type[Model], Field]]:
    for model in apps.get_models(include_auto_created=True):
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.remote_field:
                yield model, field


def test_the_rooms_have_models_that_refer_to_one_another() -> None:
    """The control: without it the next test would pass on an empty list."""
    crossing = {
        (room_of(model), room_of(field.related_model))
        for model, field in references()
        if room_of(model) and room_of(field.related_model)
    }
    assert ("requests", "enterprises") in crossing
    assert ("enterprises", "portal.people") in crossing


def test_a_foreign_key_points_to_its_own_room_or_a_lower_one() -> None:
    wrong = []
    for model, field in references():
        here, there = room_of(model), room_of(field.related_model)
        if here and there and here != there and height(there) >= height(here):
            wrong.append(f"{model.__name__}.{field.name}: {here} may not refer to {there}")
    assert wrong == []
