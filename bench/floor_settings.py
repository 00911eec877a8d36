"""The bare machine: the same database, sessions and accounts, and nothing of the portal around the views."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.floors"
MIDDLEWARE = [
    "bench.costs.Costs",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
PAGES = {
    "hello": "<!doctype html><p>{{ greeting }}</p>",
    "table": "<!doctype html><table>{% for t in tickets %}<tr>"
    "<td>{{ t.number }}<td>{{ t.title }}<td>{{ t.enterprise.name }}<td>{{ t.category.name }}"
    "<td>{{ t.lead_department.short_name }}<td>{{ t.handler.name }}<td>{{ t.status }}"
    "<td>{{ t.filed_at|date:'Y-m-d H:i' }}<td>{{ t.moved_at|date:'Y-m-d H:i' }}"
    "<td>{{ t.closed_at|date:'Y-m-d H:i' }}{% endfor %}</table>",
}
LOADER = ("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", PAGES)])
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": [LOADER]}}]
