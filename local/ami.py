"""The AMI life cycle that moto lacks (first cut, being rewritten)."""

import base64, datetime as dt, threading, time, uuid
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.ec2 import models as ec2m
from moto.ec2.models import amis as A
from moto.ec2.models.elastic_block_store import Snapshot
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response
from moto.ec2.responses.amis import AmisResponse
from moto.ec2.utils import generic_filter, random_ami_id
from local.events import emit
from local.patching import patch

CFG = {"pending_seconds": 0.2, "emit": emit, "fail_next": []}  # test knobs
PROT = "disabled"


def err(code, msg):
    raise EC2ClientError(code, msg)


class Ami(A.Ami):
    __module__ = "moto.ec2.models.amis"  # moto meta-class derives the service from the module path

    def __init__(self, *a, devices=None, **k):
        super().__init__(*a, **k)
        self.creation_date = k.get("creation_date") or utcnow()
        self.devices = devices or [("/dev/xvda", self.ebs_snapshot, {"DeleteOnTermination": True, "VolumeType": "gp3"})]
        self.deprecation_time = None
        self.deregistration_protection = PROT
        self.source_image_id = self.source_image_region = None
        self.imds_support = None
        self.ena_support = True
        self.root_device_type = "ebs"
        self.root_device_name = self.devices[0][0]
        self.last_launched_time = None
        self.image_location = f"{self.owner_id}/{self.name}"

    @property
    def block_device_mappings(self):
        return [
            {
                "DeviceName": d,
                "Ebs": {
                    "SnapshotId": s.id,
                    "VolumeSize": s.volume.size,
                    "Encrypted": s.encrypted,
                    **({"KmsKeyId": s.kms_key_id} if s.encrypted and s.kms_key_id else {}),
                    **e,
                },
            }
            for d, s, e in self.devices
        ]

    def get_filter_value(self, f, m=None):
        x = {
            "source-image-id": self.source_image_id,
            "source-image-region": self.source_image_region,
            "description": self.description,
            "image-type": self.image_type,
            "root-device-type": self.root_device_type,
            "root-device-name": self.root_device_name,
            "ena-support": "true",
            "hypervisor": "xen",
            "creation-date": self.creation_date.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "block-device-mapping.snapshot-id": [s.id for _, s, _ in self.devices],
            "block-device-mapping.encrypted": [str(s.encrypted).lower() for _, s, _ in self.devices],
            "free-tier-eligible": "false",
        }
        return x[f] if f in x else super().get_filter_value(f, m)


A.Ami = Ami


def _tags(specs, kind):
    return {t["Key"]: t["Value"] for s in specs or [] if s["ResourceType"] == kind for t in s.get("Tags", [])}


def _begin(be, ami):
    ami.state = "pending"
    ami.pending_until = time.time() + CFG["pending_seconds"]
    ev = lambda st: CFG["emit"](
        be.account_id,
        be.region_name,
        "aws.ec2",
        "EC2 AMI State Change",
        {
            "RequestId": str(uuid.uuid4()),
            "ImageId": ami.id,
            "State": st,
            "ErrorMessage": "" if st != "failed" else "boom",
        },
        [f"arn:aws:ec2:{be.region_name}::image/{ami.id}"],
    )

    def done():
        ami.state = CFG["fail_next"].pop(0) if CFG["fail_next"] else "available"
        ev(ami.state)

    ev("pending")
    t = threading.Timer(CFG["pending_seconds"], done)
    t.daemon = True
    t.start()


B = A.AmiBackend


def create_image(self, instance_id, name, description, tag_specifications, **_):
    inst = self.get_instance(instance_id)
    if any(a.name == name and a.owner_id == self.account_id for a in self.amis.values()):
        err("InvalidAMIName.Duplicate", f"AMI name {name} is already in use by AMI")
    aid = random_ami_id()
    devs = []
    for d, bd in inst.block_device_mapping.items():
        vol = self.volumes[bd.volume_id]
        s = self.create_snapshot(
            vol.id, f"Created by CreateImage({instance_id}) for {aid}", self.account_id, from_ami=aid
        )
        s.encrypted, s.kms_key_id = vol.encrypted, vol.kms_key_id
        s.add_tags(_tags(tag_specifications, "snapshot"))
        devs.append((d, s, {"DeleteOnTermination": True, "VolumeType": vol.volume_type}))
    ami = Ami(
        self,
        aid,
        instance=inst,
        name=name,
        description=description,
        devices=devs,
        tags=_tags(tag_specifications, "image"),
    )
    ami.source_image_id, ami.source_image_region = inst.image_id, self.region_name
    self.amis[aid] = ami
    _begin(self, ami)
    return ami


B.create_image = create_image


def _visible(be):
    yield from list(be.amis.values())
    for acct, regs in list(ec2m.ec2_backends.items()):
        if acct != be.account_id and be.region_name in regs:
            for a in list(regs[be.region_name].amis.values()):
                if a.owner_id == acct and any(
                    p.get("UserId") == be.account_id or p.get("Group") == "all" for p in a.launch_permissions
                ):
                    yield a


def _get(be, iid):
    for a in _visible(be):
        if a.id == iid:
            return a
    err("InvalidAMIID.NotFound", f"The image id '[{iid}]' does not exist")


def describe(self):
    self.error_on_dryrun()
    be = self.ec2_backend
    P = self._get_param
    ids, owners, execu = P("ImageIds", []), P("Owners", []), P("ExecutableUsers", [])
    if ids:
        imgs = [_get(be, i) for i in ids]
    else:
        imgs = list(_visible(be))
        me = be.account_id
        if owners:
            owners = [me if o == "self" else o for o in owners]
            imgs = [a for a in imgs if a.owner_id in owners or a.owner_alias in owners]
        if execu:
            execu = [me if e == "self" else e for e in execu]
            imgs = [
                a
                for a in imgs
                if any(p.get("UserId") in execu or p.get("Group") in execu for p in a.launch_permissions)
            ]
        if not P("IncludeDisabled", False):
            imgs = [a for a in imgs if a.state != "disabled"]
        if not P("IncludeDeprecated", False):
            now = utcnow().strftime("%Y-%m-%dT%H:%M:%S.000Z")
            imgs = [
                a
                for a in imgs
                if not getattr(a, "deprecation_time", None) or a.deprecation_time > now or a.owner_id == me
            ]
    f = self._filters_from_querystring()
    if f:
        imgs = generic_filter(f, imgs)
    tok = None
    n = P("MaxResults")
    if n:
        s = int(base64.b64decode(P("NextToken")).decode()) if P("NextToken") else 0
        n = int(n)
        if s + n < len(imgs):
            tok = base64.b64encode(str(s + n).encode()).decode()
        imgs = imgs[s : s + n]
    return ActionResult({"Images": imgs, "NextToken": tok})


def create(self):
    self.error_on_dryrun()
    P = self._get_param
    if not P("NoReboot", False):
        pass
    return ActionResult(
        {
            "ImageId": self.ec2_backend.create_image(
                P("InstanceId"), P("Name"), P("Description", ""), P("TagSpecifications", [])
            ).id
        }
    )


def copy(self):
    self.error_on_dryrun()
    P = self._get_param
    be = self.ec2_backend
    src = _get(ec2m.ec2_backends[be.account_id][P("SourceRegion")], P("SourceImageId"))
    if src.state != "available":
        err("InvalidAMIID.Unavailable", f"The image {src.id} is not available")
    aid = random_ami_id()
    devs = []
    enc = P("Encrypted", False)
    kms = P("KmsKeyId")
    spec = P("TagSpecifications", [])
    for d, s0, e in src.devices:
        vol = be.create_volume(size=s0.volume.size, zone_name=be.region_name + "a")
        s = be.create_snapshot(
            vol.id, f"Copied for DestinationAmi {aid} from SourceAmi {src.id}", be.account_id, from_ami=aid
        )
        be.delete_volume(vol.id)
        s.encrypted = enc or s0.encrypted
        s.kms_key_id = kms or (f"arn:aws:kms:{be.region_name}:{be.account_id}:alias/aws/ebs" if s.encrypted else None)
        s.add_tags(_tags(spec, "snapshot"))
        devs.append((d, s, e))
    tags = _tags(spec, "image")
    if P("CopyImageTags", False):
        tags = {t["key"]: t["value"] for t in src.get_tags()} | tags
    ami = Ami(
        be,
        aid,
        source_ami=src,
        name=P("Name"),
        description=P("Description") or src.description,
        devices=devs,
        tags=tags,
    )
    ami.source_image_id, ami.source_image_region = src.id, P("SourceRegion")
    be.amis[aid] = ami
    _begin(be, ami)
    return ActionResult({"ImageId": aid})


def dereg(self):
    self.error_on_dryrun()
    P = self._get_param
    be = self.ec2_backend
    a = _get(be, P("ImageId"))
    if a.owner_id != be.account_id:
        err("AuthFailure", "Not authorized for image:" + a.id)
    if a.deregistration_protection != PROT:
        err("OperationNotPermitted", f"The image {a.id} is protected from deregistration")
    be.deregister_image(a.id)
    res = []
    if P("DeleteAssociatedSnapshots", False):
        for _, s, _ in a.devices:
            be.snapshots.pop(s.id, None)
            res.append({"SnapshotId": s.id, "ReturnCode": "success"})
    CFG["emit"](
        be.account_id,
        be.region_name,
        "aws.ec2",
        "EC2 AMI State Change",
        {"ImageId": a.id, "State": "deregistered", "ErrorMessage": ""},
        [f"arn:aws:ec2:{be.region_name}::image/{a.id}"],
    )
    return ActionResult({"Return": True, "DeleteSnapshotResults": res})


def setter(fn):
    def h(self):
        self.error_on_dryrun()
        a = _get(self.ec2_backend, self._get_param("ImageId"))
        if a.owner_id != self.ec2_backend.account_id:
            err("AuthFailure", "Not authorized for image:" + a.id)
        return ActionResult({"Return": fn(self, a) or True})

    return h


def references(self):
    be = self.ec2_backend
    out = []
    for iid in self._get_param("ImageIds", []):
        for r in be.reservations.values():
            out += [
                {
                    "ImageId": iid,
                    "ResourceType": "ec2:Instance",
                    "Arn": f"arn:aws:ec2:{be.region_name}:{be.account_id}:instance/{i.id}",
                }
                for i in r.instances
                if i.image_id == iid and i._state.name != "terminated"
            ]
        for lt in be.launch_templates.values():
            if any(v.data.get("ImageId") == iid for v in lt.versions):
                out.append(
                    {
                        "ImageId": iid,
                        "ResourceType": "ec2:LaunchTemplate",
                        "Arn": f"arn:aws:ec2:{be.region_name}:{be.account_id}:launch-template/{lt.id}",
                    }
                )
    return ActionResult({"ImageReferences": out})


ALLOWED = {}


def allowed_get(self):
    return ActionResult(
        {"ManagedBy": "account", "State": "disabled", "ImageCriteria": []}
        | ALLOWED.get((self.ec2_backend.account_id, self.region), {})
    )


def allowed_set(self):
    d = ALLOWED.setdefault((self.ec2_backend.account_id, self.region), {})
    st = self._get_param("AllowedImagesSettingsState")
    c = self._get_param("ImageCriteria")
    if st:
        d["State"] = st
    if c is not None:
        d["ImageCriteria"] = c
    return ActionResult({"AllowedImagesSettingsState": st} if st else {"ReturnValue": True})


def ts(v):
    return v.strftime("%Y-%m-%dT%H:%M:00.000Z") if isinstance(v, dt.datetime) else str(v)


@patch("moto lacks the AMI life cycle")
def ami_life_cycle():
    for name, f in {
        "describe_images": describe,
        "create_image": create,
        "copy_image": copy,
        "deregister_image": dereg,
        "describe_image_references": references,
        "enable_image_deprecation": setter(
            lambda s, a: setattr(a, "deprecation_time", ts(s._get_param("DeprecateAt")))
        ),
        "disable_image_deprecation": setter(lambda s, a: setattr(a, "deprecation_time", None)),
        "enable_image_deregistration_protection": setter(
            lambda s, a: (
                setattr(
                    a,
                    "deregistration_protection",
                    "enabled-with-cooldown" if s._get_param("WithCooldown") else "enabled-without-cooldown",
                )
                or "enabled"
            )
        ),
        "disable_image_deregistration_protection": setter(
            lambda s, a: setattr(a, "deregistration_protection", PROT) or "disabled"
        ),
        "get_allowed_images_settings": allowed_get,
        "enable_allowed_images_settings": allowed_set,
        "replace_image_criteria_in_allowed_images_settings": allowed_set,
        "list_images_in_recycle_bin": lambda s: ActionResult({"Images": []}),
        "get_console_screenshot": lambda s: ActionResult({"InstanceId": s._get_param("InstanceId"), "ImageData": ""}),
        "enable_fast_launch": lambda s: ActionResult({"ImageId": s._get_param("ImageId"), "State": "enabling"}),
    }.items():
        setattr(EC2Response, name, f)
