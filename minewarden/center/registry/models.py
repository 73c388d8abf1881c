"""Who there is: the organisation tree, mines, places, cameras, people, roles and edges."""

from __future__ import annotations

import uuid

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel, AuditedQuerySet

from .scope import ScopedQuerySet


class NodeKind(models.TextChoices):
    PROVINCE = "province", _("Provincial bureau")
    CITY = "city", _("City bureau")
    COUNTY = "county", _("County bureau")
    GROUP = "group", _("Group company")
    MINE = "mine", _("Mine")


class Node(AuditedModel):
    """One office, company or mine in the organisation tree."""

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=NodeKind)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    NODE = ""
    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class NodePath(models.Model):
    """The closure table: every (ancestor, descendant) pair, each node with itself at depth 0. Derived from
    ``Node.parent`` and kept by ``services.tree``; therefore not audited itself."""

    ancestor = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="descendant_paths")
    descendant = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="ancestor_paths")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ancestor", "descendant"], name="node_path_once")]


class MineKind(models.TextChoices):
    UNDERGROUND = "1", _("Underground")
    OPEN_PIT = "2", _("Open pit")


class MineState(models.TextChoices):
    PRODUCING = "producing", _("Producing")
    BUILDING = "building", _("Under construction")
    STOPPED = "stopped", _("Stopped by order")
    SUSPENDED = "suspended", _("Suspended")
    CLOSING = "closing", _("Closing down")
    CLOSED = "closed", _("Closed down")


class Disaster(models.TextChoices):
    """The natural danger by which a mine is classed; of several, the one that its appraisal names as the main one.

    Source: gas grades and the other classes of the Coal Mine Safety Rules (Order 17 of 2025); the regulations on
    production safety in coal mines (2024) call all from ``HIGH_GAS`` to ``WATER`` seriously endangered.
    """

    UNKNOWN = "", _("not stated")
    ORDINARY = "ordinary", _("No serious natural danger")
    LOW_GAS = "low_gas", _("Low gas")
    HIGH_GAS = "high_gas", _("High gas")
    OUTBURST = "outburst", _("Coal and gas outburst")
    ROCK_BURST = "rock_burst", _("Rock burst")
    OUTBURST_AND_BURST = "both", _("Outburst and rock burst")
    WATER = "water", _("Complex hydrogeology")
    FIRE = "fire", _("Spontaneous combustion")
    SLOPE = "slope", _("Slope (open pit)")


class Mine(AuditedModel):
    """A mine, known for ever by its 12-digit national code; the code is never used again.

    ``capacity``: what it may bring out, in 10,000 t a year; None: not known.
    """

    node = models.OneToOneField(Node, on_delete=models.PROTECT, related_name="mine")
    code = models.CharField(max_length=12, unique=True, validators=[RegexValidator(r"^[0-9]{12}\Z", _("12 digits"))])
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=1, choices=MineKind)
    state = models.CharField(max_length=12, choices=MineState, default=MineState.PRODUCING)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    disaster = models.CharField(max_length=12, choices=Disaster, default=Disaster.UNKNOWN, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])

    NODE = "node"
    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Place(AuditedModel):
    """A place of a mine that must or may be under video; ``place_class`` is the number of the 2024-12 video rule."""

    mine = models.ForeignKey(Mine, on_delete=models.PROTECT, related_name="places")
    place_class = models.CharField(max_length=2, validators=[RegexValidator(r"^[0-9]{2}\Z")])
    name = models.CharField(max_length=100)

    NODE = "mine__node"
    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Edge(AuditedModel):
    """A machine beside the cameras. It may speak for the cameras of its mines only; its token is kept as a hash."""

    name = models.CharField(max_length=60, unique=True)
    mines = models.ManyToManyField(Mine, through="EdgeMine", related_name="edges")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AuditedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class EdgeMine(AuditedModel):
    """An edge watches cameras of a mine."""

    edge = models.ForeignKey(Edge, on_delete=models.PROTECT)
    mine = models.ForeignKey(Mine, on_delete=models.PROTECT)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edge", "mine"], name="edge_mine_once")]


class CameraState(models.TextChoices):
    ACTIVE = "active", _("In use")
    PAUSED = "paused", _("Paused")
    RETIRED = "retired", _("Retired")


class Camera(AuditedModel):
    """A camera, known by its 24-digit code (GB/T 28181 id of 20 digits, place class, serial)."""

    code = models.CharField(max_length=24, unique=True, validators=[RegexValidator(r"^[0-9]{24}\Z", _("24 digits"))])
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="cameras")
    name = models.CharField(max_length=100)
    source = models.CharField(max_length=500, help_text=_("URL or file with its credentials; shown masked"))
    state = models.CharField(max_length=8, choices=CameraState, default=CameraState.ACTIVE)
    edge = models.ForeignKey(Edge, null=True, blank=True, on_delete=models.PROTECT, related_name="cameras")
    # [{"scene": "no_helmet", "settings": {...}}, …]; the version grows with every change and travels with each event.
    scenes = models.JSONField(default=list)
    settings_version = models.PositiveIntegerField(default=1)

    audit_secret = frozenset({"source"})

    NODE = "place__mine__node"
    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class VersionSource(models.TextChoices):
    PAGE = "page", _("Page")
    WORKBOOK = "workbook", _("Workbook")
    REVIEW = "review", _("Review of events")
    API = "api", _("Program")
    SYSTEM = "system", _("Set up")


class SettingsVersion(AuditedModel):
    """What a camera was watched for from one version of its settings on; written by ``services.sites`` with each.

    ``source`` is the way it came. Cameras registered before this table was there get the row of the version that they
    had when they are next changed, ``made_by`` nobody.
    """

    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="versions", db_index=False)
    version = models.PositiveIntegerField()
    scenes = models.JSONField()
    made_by = models.ForeignKey("User", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    why = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=8, choices=VersionSource)

    NODE = "camera__place__mine__node"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["camera", "version"], name="settings_version_once")]


class UserRecords(UserManager.from_queryset(AuditedQuerySet)):  # type: ignore[misc] # made at run time
    """Django's user manager over audited rows."""

    use_in_migrations = False


class User(AbstractUser, AuditedModel):
    """Somebody who can log in."""

    audit_secret = frozenset({"password"})

    full_name = models.CharField(max_length=60, blank=True)

    objects = UserRecords()  # type: ignore[misc]

    def __str__(self) -> str:
        return self.full_name or self.username

    def check_password(self, raw_password: str | None) -> bool:
        """Compare only. Django's own would also rewrite an old hash, outside any action; ours changes with the next
        change of password."""
        return raw_password is not None and check_password(raw_password, self.password)


class LoginFailure(AuditedModel):
    """Somebody tried to log in and could not. ``username`` is what was typed, cut to the column."""

    username = models.CharField(max_length=150)
    address = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = AuditedQuerySet.as_manager()


class Role(models.TextChoices):
    VIDEO_WATCH = "video_watch", _("Video watch")
    INSPECTOR = "inspector", _("Inspector")
    MINE = "mine", _("Mine safety department")
    MINE_HEAD = "mine_head", _("Head of the mine")
    OFFICE_HEAD = "office_head", _("Office head")
    INSPECTORATE = "inspectorate", _("Mine safety inspectorate")
    GOVERNMENT = "government", _("Head of government")
    OPERATIONS = "operations", _("Operations")
    ADMINISTRATOR = "administrator", _("Administrator")


class RoleGrant(AuditedModel):
    """Somebody has a role at a node and everything below it. Ended, never deleted.

    ``stands_in_for`` is the grant of whom a deputy stands in for, from ``valid_from`` until ``valid_until``.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=16, choices=Role)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="grants")
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, blank=True)
    stands_in_for = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="deputies")

    objects = AuditedQuerySet.as_manager()


class Person(AuditedModel):
    """Somebody at a mine or an office who holds a post; may or may not have a login."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    post = models.CharField(max_length=60, blank=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="people")
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.PROTECT, related_name="person")

    NODE = "node"
    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
