"""Keep what a step printed as evidence, and say what is next.  Hosts never write evidence: their output is copied."""

import re
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import NeedsAPerson, TryAgain, code_of
from goldsmith.evidence import output_of_build, output_of_host
from goldsmith.values.build import Output, Progress, Ran
from goldsmith.values.links import link_to
from goldsmith.values.outcome import Failure
from goldsmith.values.verify_plan import Attempt

LAST_LINES: Final = 12
TAIL_BYTES: Final = 8_000


@dataclass(frozen=True)
class OutputStore:
    """`logs` is the bucket that hosts write to, below `folder`; `evidence` is the one that keeps."""

    ssm: Any
    s3: Any
    logs: str
    folder: str
    evidence: str
    region: str

    def store(self, ran: Ran) -> Progress:
        """What came of a command that has ended; TryAgain while Systems Manager does not know its end."""
        name = ran.steps[ran.index].name
        folder = output_of_build(ran, ran.index, name)
        found, output = self.copy(ran, name, folder)
        after = ran.index + 1
        if found["Status"] == "Success":
            return Progress(next="component" if after < len(ran.steps) else "stop", step=after, output=output)
        lines = [line for key in (output.stdout, output.stderr) if key for line in self._tail(key)]
        failure = Failure(
            error=found["StatusDetails"].replace(" ", ""),
            cause=_cause(name, ran, found),
            component=name,
            last_lines=tuple(lines[-LAST_LINES:]),
            link=link_to(self.evidence, output.stderr or output.stdout or folder, self.region),
        )
        return Progress(next="failed", step=after, output=output, failure=failure)

    def copy(self, ran: Ran | Attempt, name: str, folder: str) -> tuple[dict[str, Any], Output]:
        """How its command ended, and where in the evidence a copy of what it printed lies."""
        found, written = self._invocation(ran, name), self._written(ran)
        stdout = self._copy(written.get("stdout"), found["StandardOutputContent"], f"{folder}/stdout")
        stderr = self._copy(written.get("stderr"), found["StandardErrorContent"], f"{folder}/stderr")
        return found, Output(stdout=stdout, stderr=stderr)

    def _invocation(self, ran: Ran | Attempt, name: str) -> dict[str, Any]:
        try:
            return dict(self.ssm.get_command_invocation(CommandId=ran.command_id, InstanceId=ran.instance_id))
        except ClientError as error:
            if code_of(error) == "InvocationDoesNotExist":
                raise TryAgain(f"Systems Manager does not know yet what came of {ran.command_id}: {error}") from error
            if code_of(error) == "InvalidPluginName":
                raise NeedsAPerson(
                    f"component {name}: its document has several steps; name one that has one"
                ) from error
            raise

    def _written(self, ran: Ran | Attempt) -> dict[str, str]:
        """The keys of what the host wrote, by `stdout` and `stderr`."""
        prefix = f"{output_of_host(self.folder, ran.instance_id, ran.run)}/{ran.command_id}/"
        found = self.s3.list_objects_v2(Bucket=self.logs, Prefix=prefix).get("Contents", [])
        return {item["Key"].rpartition("/")[2]: item["Key"] for item in found}

    def _copy(self, source: str | None, head: str, key: str) -> str:
        """The key of the copy, of the head where the host could not write its output; "" if there was none."""
        if source:
            place = {"Bucket": self.logs, "Key": source}
            self.s3.copy_object(Bucket=self.evidence, Key=key, CopySource=place, ChecksumAlgorithm="SHA256")
            return key
        if not head:
            return ""
        self.s3.put_object(Bucket=self.evidence, Key=key, Body=head.encode(), ContentType="text/plain")
        return key

    def _tail(self, key: str) -> list[str]:
        found = self.s3.get_object(Bucket=self.evidence, Key=key, Range=f"bytes=-{TAIL_BYTES}")
        return list(found["Body"].read().decode(errors="replace").splitlines())


def _cause(name: str, ran: Ran, found: dict[str, Any]) -> str:
    how = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", found["StatusDetails"]).lower()  # both spellings are in AWS's documents
    what = f"exit status {found['ResponseCode']}" if how == "failed" else how
    if "timed out" in how:
        what += f", its limit is {ran.steps[ran.index].seconds // 60} minutes"
    return f"component {name} on {ran.architecture} did not succeed: {what}"
