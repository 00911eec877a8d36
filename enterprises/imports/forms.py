"""What is asked beside the columns of a list of firms."""

from typing import Any

from django.utils.translation import gettext_lazy

from portal.files.importing import forms as importing

from ..filters import PlaceChoice
from ..models import Place
from ..models.imports import FirmImport


class FirmColumnsForm(importing.ColumnsForm):
    fallback = PlaceChoice(
        label=gettext_lazy("没写网格的新企业放在"),
        queryset=Place.objects.all(),
        required=False,
        empty_label=gettext_lazy("不收，列为差错"),
    )

    def __init__(self, machine: Any, batch: FirmImport, *args: Any, **kwargs: Any) -> None:
        super().__init__(machine, batch, *args, **kwargs)
        self.initial.setdefault("fallback", batch.fallback_place)
