from django.contrib.auth.views import LogoutView
from django.urls import path

from portal.people import views

app_name = "people"

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("second-factor/", views.second_factor, name="second-factor"),
    path("language/", views.speak, name="language"),
    path("password/forgotten/", views.ForgotPassword.as_view(), name="password-forgotten"),
    path("password/forgotten/sent/", views.PasswordSent.as_view(), name="password-sent"),
]
