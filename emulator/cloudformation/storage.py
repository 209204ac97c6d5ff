"""Properties of buckets and tables that ministack's CloudFormation drops without a word, set through their own APIs."""

from typing import Any, Final

from ministack.services.cloudformation import provisioners

from emulator.cloudformation.resources import Properties, also, call, changed, only, true
from emulator.gateway.patching import patch

NOT_MODELLED: Final = (
    "AccelerateConfiguration", "AnalyticsConfigurations", "IntelligentTieringConfigurations",
    "InventoryConfigurations", "MetadataTableConfiguration", "MetricsConfigurations", "ReplicationConfiguration",
)  # fmt: skip


@patch(
    "ministack drops Object Lock, encryption, lifecycle, ownership, logging, suspended versioning and tags of a bucket"
)
def cfn_bucket_properties() -> None:
    also("AWS::S3::Bucket", _bucket)


def _bucket(bucket: str, new: Properties, old: Properties) -> None:
    if lost := [key for key in NOT_MODELLED if key in new]:
        raise ValueError(f"not modelled by the embedded AWS: AWS::S3::Bucket {', '.join(lost)}")
    if versioning := new.get("VersioningConfiguration"):
        call("s3", "PutBucketVersioning", Bucket=bucket, VersioningConfiguration=versioning)
    if true(new.get("ObjectLockEnabled")):
        _lock(bucket, new.get("ObjectLockConfiguration", {}))
    if changed("BucketEncryption", new, old):
        _encrypt(bucket, new.get("BucketEncryption"))
    if changed("OwnershipControls", new, old) and "OwnershipControls" in new:
        call("s3", "PutBucketOwnershipControls", Bucket=bucket, OwnershipControls=new["OwnershipControls"])
    if changed("LifecycleConfiguration", new, old):
        _expire(bucket, new.get("LifecycleConfiguration"))
    if changed("LoggingConfiguration", new, old):
        _log(bucket, new.get("LoggingConfiguration"))
    if changed("Tags", new, old):
        call("s3", "PutBucketTagging", Bucket=bucket, Tagging={"TagSet": new.get("Tags", [])})


def _lock(bucket: str, configuration: dict[str, Any]) -> None:
    """Object Lock brings versioning with it; without a rule it only allows locks."""
    call("s3", "PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    request = {"ObjectLockEnabled": "Enabled", **configuration}
    call("s3", "PutObjectLockConfiguration", Bucket=bucket, ObjectLockConfiguration=request)


def _encrypt(bucket: str, configuration: dict[str, Any] | None) -> None:
    if not configuration:
        call("s3", "DeleteBucketEncryption", Bucket=bucket)
        return
    rules = [
        {("ApplyServerSideEncryptionByDefault" if key == "ServerSideEncryptionByDefault" else key): value
         for key, value in rule.items()}
        for rule in configuration["ServerSideEncryptionConfiguration"]
    ]  # fmt: skip
    call("s3", "PutBucketEncryption", Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _expire(bucket: str, configuration: dict[str, Any] | None) -> None:
    if not configuration:
        call("s3", "DeleteBucketLifecycle", Bucket=bucket)
        return
    rules = [_lifecycle_rule(rule) for rule in configuration["Rules"]]
    call("s3", "PutBucketLifecycleConfiguration", Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """CloudFormation has a flat rule where the API has a tree; what has no place in it fails the request."""
    request = only(
        rule, "Status", "NoncurrentVersionExpiration", "NoncurrentVersionTransitions", "AbortIncompleteMultipartUpload"
    )
    expiration = {
        name: rule[key]
        for key, name in (
            ("ExpirationInDays", "Days"), ("ExpirationDate", "Date"), ("ExpiredObjectDeleteMarker",) * 2,
        ) if key in rule
    }  # fmt: skip
    taken = {"Id", "Prefix", "ExpirationInDays", "ExpirationDate", "ExpiredObjectDeleteMarker", "Transitions", *request}
    if unknown := rule.keys() - taken:
        raise ValueError(f"not modelled by the embedded AWS: lifecycle rule with {', '.join(sorted(unknown))}")
    request |= {"Filter": {"Prefix": rule.get("Prefix", "")}}
    if "Id" in rule:
        request["ID"] = rule["Id"]
    if expiration:
        request["Expiration"] = expiration
    if transitions := rule.get("Transitions"):
        names = {"TransitionInDays": "Days", "TransitionDate": "Date", "StorageClass": "StorageClass"}
        request["Transitions"] = [{names[key]: value for key, value in each.items()} for each in transitions]
    return request


def _log(bucket: str, configuration: dict[str, Any] | None) -> None:
    status = {}
    if configuration:
        target = configuration.get("DestinationBucketName", bucket)
        status = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": configuration.get("LogFilePrefix", "")}}
    call("s3", "PutBucketLogging", Bucket=bucket, BucketLoggingStatus=status)


@patch("ministack deletes a bucket with everything in it; CloudFormation fails with BucketNotEmpty")
def cfn_full_bucket_stays() -> None:
    handler = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    delete = handler["delete"]

    def delete_empty(bucket: str, properties: Properties) -> None:
        listed = call("s3", "ListObjectVersions", Bucket=bucket, MaxKeys=1)
        if listed.get("Versions") or listed.get("DeleteMarkers"):
            raise ValueError("The bucket you tried to delete is not empty. You must delete all versions in the bucket.")
        delete(bucket, properties)

    handler["delete"] = delete_empty


@patch("ministack drops time to live, point-in-time recovery and encryption of a table")
def cfn_table_properties() -> None:
    also("AWS::DynamoDB::Table", _table)


def _table(table: str, new: Properties, old: Properties) -> None:
    if changed("TimeToLiveSpecification", new, old):
        spec = new.get("TimeToLiveSpecification") or {**old["TimeToLiveSpecification"], "Enabled": False}
        call("dynamodb", "UpdateTimeToLive", TableName=table, TimeToLiveSpecification=spec)
    if changed("PointInTimeRecoverySpecification", new, old):
        spec = new.get("PointInTimeRecoverySpecification") or {"PointInTimeRecoveryEnabled": False}
        call("dynamodb", "UpdateContinuousBackups", TableName=table, PointInTimeRecoverySpecification=spec)
    if changed("SSESpecification", new, old):
        given = new.get("SSESpecification") or {"SSEEnabled": False}
        spec = {("Enabled" if key == "SSEEnabled" else key): value for key, value in given.items()}
        call("dynamodb", "UpdateTable", TableName=table, SSESpecification=spec)


@patch("ministack deletes a table whose DeletionProtectionEnabled is true")
def cfn_protected_table_stays() -> None:
    handler = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    delete = handler["delete"]

    def delete_unprotected(table: str, properties: Properties) -> None:
        if call("dynamodb", "DescribeTable", TableName=table)["Table"].get("DeletionProtectionEnabled"):
            raise ValueError(f"Resource cannot be deleted as it is currently protected: table {table}")
        delete(table, properties)

    handler["delete"] = delete_unprotected
