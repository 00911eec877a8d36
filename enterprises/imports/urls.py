from .pages import PAGES

urlpatterns = PAGES.urls()
