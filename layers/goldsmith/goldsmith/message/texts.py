"""The words of messages: what each event means, what comes next, and what each reason means."""

from typing import Final

from goldsmith.vocabulary import EventType, Reason, Verb

AGAIN: Final = {  # what asks for a run again; {named} is FAMILY@VERSION, {image} an AMI
    Verb.ADOPT: "goldsmith adopt {image}",
    Verb.BUILD: "goldsmith build {family}",
    Verb.VERIFY: "goldsmith verify {named}",
    Verb.DISTRIBUTE: "goldsmith distribute {named}",
    Verb.PROMOTE: "goldsmith distribute {named}",  # what is there is taken as it is, and promoted anew
    Verb.RETIRE: "nothing is to be done, the next daily sweep takes up what is left",
}
HAPPENED: Final = {  # what it means, and what comes next
    EventType.RECIPE_ACCEPTED: ("its recipe is accepted", "Built on its schedule, or: goldsmith build {family}"),
    EventType.RECIPE_REFUSED: ("its recipe is refused", "What was accepted before stays. Mend it, and apply it again."),
    EventType.BUILD_REQUESTED: ("a build was asked for", "Whether it is built is being decided."),
    EventType.BUILD_ADMITTED: ("a build begins", "See it live: goldsmith build {family} --follow"),
    EventType.BUILD_REFUSED: ("it is not built", "Its images stay as they are."),
    EventType.IMAGE_BUILT: ("it is built", "It is being scanned and tested."),
    EventType.BUILD_FAILED: ("the build failed", "No machine is left. Mend the cause, then: goldsmith build {family}"),
    EventType.ADOPTION_REQUESTED: ("an AMI of another builder was noticed", "Whether it is taken in is being decided."),
    EventType.IMAGE_ADOPTED: ("an AMI of another builder was taken in", "It is being scanned and tested."),
    EventType.IMAGE_REFUSED: (
        "an AMI of another builder is not taken in",
        "It stays as it is. If the cause can be mended: goldsmith adopt {image}",
    ),
    EventType.VERIFICATION_REQUESTED: ("it is to be verified again", "How it ends: goldsmith explain {named}"),
    EventType.IMAGE_VERIFIED: ("it is verified", "It is being copied to every region of its recipe."),
    EventType.IMAGE_REJECTED: (
        "it is rejected",
        "Mend the recipe and build again, or write a waiver, goldsmith apply, then: goldsmith verify {named}",
    ),
    EventType.DISTRIBUTION_REQUESTED: ("it is to go to every region", "What is there already is taken as it is."),
    EventType.IMAGE_DISTRIBUTED: ("it is in its regions", "Its first channel will point to it."),
    EventType.DISTRIBUTION_FAILED: (
        "it did not reach every region",
        "What arrived stays. Mend the cause, then: goldsmith distribute {named}",
    ),
    EventType.IMAGE_PROMOTED: ("it is released", "Who follows the channel launches it from now on."),
    EventType.PROMOTION_REFUSED: ("it is not released", "The channel stays as it is."),
    EventType.PROMOTION_FAILED: ("it is released in part", "Mend the cause, then: goldsmith distribute {named}"),
    EventType.IMAGE_AGE_THRESHOLD_REACHED: ("versions are due for their next step", "A sweep begins."),
    EventType.IMAGE_SUPERSEDED: ("a newer version took its place", "It stays until its retirement is announced."),
    EventType.IMAGE_PROLONGED: ("it is wanted for longer", "EC2 would have deprecated it by itself."),
    EventType.RETIREMENT_ANNOUNCED: (
        "it will be retired",
        ("First it is deprecated, then disabled, then deregistered. To keep it: "
        "goldsmith hold {named} --until DATE --reason WHY"),
    ),
    EventType.IMAGE_DEPRECATED: (
        "it is deprecated",
        "Who knows its id can launch it still. To keep it: goldsmith hold {named} --until DATE --reason WHY",
    ),
    EventType.IMAGE_DISABLED: (
        "it is disabled",
        ("Nothing is launched from it any more. A launch that fails brings it back by itself, and so does: "
        "goldsmith undo {named}"),
    ),
    EventType.IMAGE_DEREGISTERED: ("it is deregistered", "While the Recycle Bin has it: goldsmith undo {named}"),
    EventType.IMAGE_KEPT: ("it is kept", "The next sweep looks again."),
    EventType.RETIREMENT_FAILED: ("its next step could not be done", "The next sweep tries again."),
    EventType.SNAPSHOT_DELETED: ("a snapshot of no image is deleted", "The Recycle Bin has it for a while."),
    EventType.SNAPSHOT_KEPT: ("a snapshot of no image is kept", "The next sweep looks again."),
    EventType.LAUNCH_TEMPLATE_PRUNED: ("launch template versions that nobody used are deleted", "The newest stay."),
    EventType.LAUNCH_TEMPLATE_KEPT: ("old versions of a launch template are kept", "The next sweep looks again."),
    EventType.SWEEP_ENDED: ("a sweep ended", "What is due next and why others stay: goldsmith plan retire"),
    EventType.RESTORATION_REQUESTED: ("it is to be restored", "It will be as it was before it was disabled."),
    EventType.IMAGE_RESTORED: (
        "it is restored",
        ("It can be launched again, and is left alone for 90 days. For longer: "
        "goldsmith hold {named} --until DATE --reason WHY"),
    ),
    EventType.RESTORATION_FAILED: ("it could not be restored", "Mend the cause, then: goldsmith undo {named}"),
    EventType.HOLD_REQUESTED: ("it is to be held or let go", "It is being written on every copy."),
    EventType.IMAGE_HELD: ("its hold was changed", "See where it stands: goldsmith explain {named}"),
    EventType.RUN_ENDED: ("a run ended early", "What it left behind is ended."),
}  # fmt: skip
BUILD_ANYWAY: Final = "To build it anyway: goldsmith build {family} --again"
CAUGHT_UP: Final = "What is missing is copied later, on a schedule: nothing is built again."
LEFT_BEHIND: Final = "a run left machines or volumes behind"
STILL_THERE: Final = (
    "A volume is still there. Fix what is said about it, or delete it yourself. A sweep looks again every hour."
)

LIFTED: Final = frozenset({Reason.FROZEN, Reason.NOTHING_CHANGED, Reason.TOO_MANY_FAILURES})  # by `--again`
MEANS: Final = {  # but for those of the gate, which says itself what objects
    Reason.UNSEEN: "something that counts could not be read",
    Reason.NO_RECIPE: "no recipe of its family is accepted: goldsmith apply",
    Reason.PUBLIC_NOT_BLOCKED: "this account lets AMIs be made public: block it, in every region",
    Reason.ALREADY_RUNNING: "another build of it is under way",
    Reason.FROZEN: "its recipe freezes it today",
    Reason.NOTHING_CHANGED: "its newest image is fresh, of the same recipe and the same bases",
    Reason.TOO_MANY_FAILURES: "its last builds all failed, so a person should look first",
    Reason.NOT_BUILT: "not every architecture has its AMI",
    Reason.NOT_AVAILABLE: "the AMI is not available",
    Reason.NOT_OWNED: "the AMI is another account's",
    Reason.NOT_HOME: "the AMI is not in the home region",
    Reason.PUBLIC: "the AMI is public",
    Reason.NO_FAMILY: "the AMI has no tag goldsmith:family",
    Reason.NO_ARCHITECTURE: "its family's recipe does not have the AMI's architecture",
    Reason.ALREADY_STAGED: "the AMI has a stage already",
    Reason.MADE_BY_A_RUN: "the AMI carries the tag of a run of Goldsmith's",
    Reason.WAS_OURS: "the AMI was built or taken in here before",
    Reason.COPY_OF_OURS: "the AMI is a copy of one of ours",
    Reason.TOO_OLD: "the AMI is too old to be taken in",
    Reason.NOT_ARRIVED: "a region that the recipe requires has not got it",
    Reason.NOT_ENCRYPTED: "a copy is not encrypted",
    Reason.NOT_TAGGED: "a copy or its snapshot lacks tags",
    Reason.NOT_SHARED: "a copy is not shared with all who should launch it",
    Reason.NOT_DISTRIBUTED: "a region that the recipe requires has no distributed AMI of it",
    Reason.NOT_A_POINTER: "the channel's parameter is of a type that does not check AMIs",
    Reason.NEWER_THERE: "the channel points to a newer version already",
    Reason.IMPLAUSIBLE: "so much less was seen than at the last good sweep that it is not believed",
    Reason.NOT_OURS: "a copy is not known to be one of ours",
    Reason.IN_USE: "something refers to it",
    Reason.IN_CHANNEL: "a channel points to it",
    Reason.LAUNCHED_LATELY: "it was launched lately",
    Reason.AMONG_NEWEST: "it is among the newest that its recipe keeps",
    Reason.LAST_GOOD: "it is the last good one of its family",
    Reason.HELD: "somebody holds it",
    Reason.SNOOZED: "it is left alone for a while",
    Reason.TOO_YOUNG: "it has not been in its stage for long enough",
    Reason.WRONG_STAGE: "it is in no stage from which that leads on",
    Reason.NOT_REPLACED: "no newer version is released",
    Reason.NOBODY_TOLD: "its owner has no mailbox that was confirmed, so nobody would know",
    Reason.NOT_ANNOUNCED: "its retirement was not announced, or not long enough ago",
    Reason.NOT_SETTLED: "a copy is still coming, or going",
    Reason.REPORT_MISSING: "EC2 has not reported yet who in other accounts uses it",
    Reason.USED_ELSEWHERE: "another account uses it",
    Reason.OUTSIDE_HOURS: "nobody is there at this hour, says its recipe",
    Reason.OVER_CAP: "others came first: one sweep touches only so many",
    Reason.NOT_DISABLED: "a copy is not disabled",
    Reason.PROTECTED: "a copy is protected from deregistration",
    Reason.NO_WAY_BACK: "no rule of the Recycle Bin would keep it and its snapshots for long enough",
}
