"""What an administrator edits and a ticket refers to: categories (APP-5) and the acceptance lists (APP-6)."""

from django.db import models


class Category(models.Model):
    """One of the ten classes a matter belongs to (APP-5)."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=40, unique=True)
    name_en = models.CharField(max_length=60, blank=True)
    words = models.JSONField(default=list, blank=True)  # words that point to it, for the guess while filing
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class ListItem(models.Model):
    """An item of the acceptance or the non-acceptance list; a rejection names one of the latter (APP-6)."""

    accepted = models.BooleanField(default=False)
    code = models.CharField(max_length=10, unique=True)
    text = models.CharField(max_length=200)
    text_en = models.CharField(max_length=300, blank=True)
    go_to = models.CharField(max_length=200, blank=True)  # where to go instead
    go_to_en = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces")

    class Meta:
        ordering = ["accepted", "position", "code"]

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.text_en if self.text_en and (get_language() or "").startswith("en") else self.text

    @property
    def instead(self) -> str:
        """Where to go instead, in the reader's language."""
        from django.utils.translation import get_language

        return self.go_to_en if self.go_to_en and (get_language() or "").startswith("en") else self.go_to

    def instead_of(self, told: str) -> str:
        """What a rejection told, in the reader's language where it is the list's words; else as the clerk wrote it."""
        return self.instead if told == self.go_to else told

    @property
    def is_used(self) -> bool:
        """Whether a rejection names it: then its meaning stays as it is (APP-6)."""
        from requests.models import Review, Ticket

        return Ticket.objects.filter(rejected_item=self).exists() or Review.objects.filter(item=self).exists()
