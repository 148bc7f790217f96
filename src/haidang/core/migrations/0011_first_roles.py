"""The root unit, and the roles of those who worked here before there were roles."""

from django.db import migrations
from django.utils import timezone


def give_first_roles(apps, schema_editor):
    Desk, Member = apps.get_model("core", "Desk"), apps.get_model("core", "Member")
    Unit, RoleGrant = apps.get_model("core", "Unit"), apps.get_model("core", "RoleGrant")
    desk = Desk.objects.filter(id=1).first()
    root = Unit.objects.create(name=desk.name if desk else "", kind="province", is_root=True)
    root.path = f"/{root.id}/"
    root.save()
    Desk.objects.filter(languages=[]).update(languages=["vi", "en"])
    now = timezone.now()
    members = list(Member.objects.filter(is_active=True).order_by("id"))
    for member in members:
        member.arrived_at = member.last_login or member.joined_at
        member.save()
        RoleGrant.objects.create(member=member, unit=root, role="editor", given_at=now)
    if members:
        RoleGrant.objects.create(
            member=members[0], unit=root, role="administrator", given_at=now
        )


class Migration(migrations.Migration):

    dependencies = [("core", "0010_people")]

    operations = [migrations.RunPython(give_first_roles, migrations.RunPython.noop)]
