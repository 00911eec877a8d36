from django.urls import path

from portal.desk.accounts.views import exports, factor, own, roles, units, users

app_name = "accounts"

urlpatterns = [
    path("account/", own.account, name="own"),
    path("password/", own.ChangePassword.as_view(), name="password"),
    path("password/set/<uidb64>/<token>/", own.SetPassword.as_view(), name="password-set"),
    path("account/second-factor/", factor.set_up, name="factor"),
    path("account/second-factor/codes/", factor.codes, name="factor-codes"),
    path("admin/users/", users.users, name="users"),
    path("admin/users/export/", exports.users, name="users-export"),
    path("admin/users/new/", users.create, name="user-new"),
    path("admin/users/<int:pk>/", users.user, name="user"),
    path("admin/users/<int:pk>/edit/", users.edit, name="user-edit"),
    path("admin/users/<int:pk>/password/", users.password, name="user-password"),
    path("admin/users/<int:pk>/second-factor/", factor.reset, name="user-factor"),
    path("admin/users/<int:pk>/unlock/", users.unlock, name="user-unlock"),
    path("admin/users/<int:pk>/hand-over/", users.hand_over, name="user-hand-over"),
    path("admin/users/<int:pk>/deactivate/", users.deactivate, name="user-deactivate"),
    path("admin/users/<int:pk>/reactivate/", users.reactivate, name="user-reactivate"),
    path("admin/users/<int:pk>/roles/", roles.grant, name="user-grant"),
    path("admin/roles/<int:pk>/end/", roles.end, name="role-end"),
    path("admin/roles/<int:pk>/duty/", roles.duty, name="role-duty"),
    path("admin/departments/", units.departments, name="departments"),
    path("admin/departments/export/", exports.departments, name="departments-export"),
    path("admin/departments/new/", units.create_department, name="department-new"),
    path("admin/departments/<int:pk>/", units.department, name="department"),
    path("admin/departments/<int:pk>/edit/", units.edit_department, name="department-edit"),
    path("admin/groups/", units.groups, name="groups"),
    path("admin/groups/export/", exports.groups, name="groups-export"),
    path("admin/groups/new/", units.create_group, name="group-new"),
    path("admin/groups/<int:pk>/", units.group, name="group"),
    path("admin/groups/<int:pk>/edit/", units.edit_group, name="group-edit"),
    path("admin/groups/members/<int:pk>/leave/", units.leave_group, name="group-leave"),
    path("account/deputy/", roles.delegate, name="delegate"),
    path("account/deputy/<int:pk>/end/", roles.end_delegation, name="delegation-end"),
]
