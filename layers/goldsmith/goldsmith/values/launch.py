"""What a host is launched for: to make an AMI on it, or to try one."""

from goldsmith.model import Model
from goldsmith.values.build import Pinned, PlannedImage
from goldsmith.values.verify_plan import Candidate


class Launch(Model):
    run: str
    family: str
    bundle: Pinned
    part: PlannedImage | Candidate
    twin: str = ""  # which of the two hosts that try an AMI; a builder is none
