"""What a host is launched for: to make an AMI on it, or to try one."""

from goldsmith.building import Part, Pinned
from goldsmith.model import Model
from goldsmith.trial import Candidate


class Launch(Model):
    run: str
    family: str
    bundle: Pinned
    part: Part | Candidate
    twin: str = ""  # which of the two hosts that try an AMI; a builder is none
