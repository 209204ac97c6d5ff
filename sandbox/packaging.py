"""What `sam build` and `sam package` make of a template, kept by the hash of what went in: only a change takes SAM.

The layer is built for this machine, not for Lambda; everything else is what a deployment to AWS would upload.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
SAM: Final = ROOT / ".venvs/tools/bin/sam"
CACHE: Final = ROOT / "build/local"
SOURCES: Final = ("functions", "layers", "workflows", "components", "stacks")
NOT_SOURCES: Final = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")
LAYER: Final = ROOT / ".venvs/layer"
S3: Final = "https://s3.amazonaws.com"  # CloudFormation, the embedded one too, knows it wherever it runs
KEPT: Final = 5  # packages in the cache; each holds a layer of some 20 MB


class PackagingError(RuntimeError):
    """SAM could not build or package; the message is what it said."""


@dataclass(frozen=True)
class Package:
    """A packaged template that names `bucket`, and the files that have to lie there, named after their keys."""

    folder: Path

    @property
    def bucket(self) -> str:
        return f"goldsmith-packaging-{self.folder.name}"

    @property
    def exists(self) -> bool:
        return (self.folder / "packaged.yaml").exists()

    @property
    def source(self) -> Path:
        return self.folder / "source"

    @property
    def artifacts(self) -> list[Path]:
        return sorted((self.folder / "artifacts").iterdir())

    def template(self, bucket: str) -> str:
        """The packaged template, for artifacts in `bucket`."""
        return (self.folder / "packaged.yaml").read_text().replace(self.bucket, bucket)

    def content(self, artifact: Path, bucket: str) -> bytes:
        """What is uploaded as that artifact: the template of a nested stack names `bucket` too."""
        content = artifact.read_bytes()
        return content.replace(self.bucket.encode(), bucket.encode()) if artifact.suffix == ".template" else content


def package(template: Path, s3: Any) -> Package:
    """The package of `template` and the source folders beside it; `s3` is where `sam package` uploads to on the way."""
    made = Package(CACHE / _hash(template))
    with _alone():
        if not made.exists:
            _build(template, made)
            _package(made, s3)
            _forget_old()
        os.utime(made.folder)  # what is used is not old
    return made


def build(template: Path) -> None:
    """The part of `package` that needs no S3: done while the embedded AWS starts, it is not waited for."""
    made = Package(CACHE / _hash(template))
    with _alone():
        if not made.exists:
            _build(template, made)


def _hash(template: Path) -> str:
    """Of everything that decides what the package holds."""
    digest = hashlib.sha256(sys.version.encode() + Path(__file__).read_bytes())
    for path in [template, *_sources(template.parent)]:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(template.parent)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


def _sources(root: Path) -> Iterator[Path]:
    for folder in SOURCES:
        for at, names, files in os.walk(root / folder):
            left_out = NOT_SOURCES(at, [*names, *files])
            names[:] = sorted(set(names) - left_out)
            yield from (Path(at, name) for name in sorted(set(files) - left_out))


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time builds; the others then find what it built."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install() -> None:
    """SAM, and what the layer requires: `ready` is a copy of the requirements that were installed."""
    ready, wanted = LAYER / "ready", ROOT / "layers/goldsmith/requirements.txt"
    if SAM.exists() and ready.exists() and ready.read_bytes() == wanted.read_bytes():
        return
    ready.unlink(missing_ok=True)
    _run("make", "--silent", f"PYTHON={sys.executable}", ".venvs/tools/ready", ".venvs/layer/ready", folder=ROOT)


def _build(template: Path, made: Package) -> None:
    """`sam build` of a copy without what running tests leave behind, such as __pycache__."""
    if (made.source / ".aws-sam/build/template.yaml").exists():
        return
    _install()
    shutil.rmtree(made.folder, ignore_errors=True)
    made.source.mkdir(parents=True)
    (made.folder / "artifacts").mkdir()
    shutil.copy(template, made.source / "template.yaml")
    if not _is_sam(template):
        return
    for name in SOURCES:
        if (template.parent / name).exists():
            shutil.copytree(template.parent / name, made.source / name, ignore=NOT_SOURCES)
    _sam("build", folder=made.source)


def _is_sam(template: Path) -> bool:
    """Plain CloudFormation has nothing to build or upload."""
    return "Transform: AWS::Serverless-" in template.read_text()


def _package(made: Package, s3: Any) -> None:
    """`sam package`, and a copy of all it uploads."""
    template, output = made.source / "template.yaml", made.folder / "packaging.yaml"
    if _is_sam(template):
        with _bucket(made.bucket, s3):
            to = ("--s3-bucket", made.bucket, "--output-template-file", str(output))
            _sam("package", *to, folder=made.source, s3=s3)
            for item in s3.list_objects_v2(Bucket=made.bucket).get("Contents", []):
                s3.download_file(made.bucket, item["Key"], str(made.folder / "artifacts" / item["Key"]))
    else:
        shutil.copy(template, output)
    shutil.rmtree(made.source)
    packaged = output.read_text().replace(s3.meta.endpoint_url, S3)  # the URLs of nested stacks
    output.write_text(packaged)
    output.rename(made.folder / "packaged.yaml")


@contextmanager
def _bucket(name: str, s3: Any) -> Iterator[None]:
    """A bucket that does not stay: whoever packages the same next, in another account perhaps, needs its name."""
    s3.create_bucket(Bucket=name, **location(s3))
    try:
        yield
    finally:
        for item in s3.list_objects_v2(Bucket=name).get("Contents", []):
            s3.delete_object(Bucket=name, Key=item["Key"])
        s3.delete_bucket(Bucket=name)


def location(s3: Any) -> dict[str, Any]:
    """us-east-1 is the one region that must not be named."""
    region = s3.meta.region_name
    return {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}


def _sam(*arguments: str, folder: Path, s3: Any = None) -> None:
    environment = {"SAM_CLI_TELEMETRY": "0", "GOLDSMITH_LAYER": str(LAYER)}
    if s3:
        keys = s3._request_signer._credentials  # noqa: SLF001 - SAM is to ask as this client does
        environment |= {
            "AWS_ENDPOINT_URL": s3.meta.endpoint_url,
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            "AWS_DEFAULT_REGION": s3.meta.region_name,
        }
    _run(str(SAM), *arguments, "--region", "us-east-1" if not s3 else s3.meta.region_name, folder=folder, **environment)


def _run(*command: str, folder: Path, **environment: str) -> None:
    done = subprocess.run(  # noqa: S603 - the tools of this repository
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PackagingError(f"{' '.join(command[:2])}: exit {done.returncode}\n{done.stdout}{done.stderr}")


def _forget_old() -> None:
    packages = sorted((path for path in CACHE.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in packages[:-KEPT]:
        shutil.rmtree(old)
