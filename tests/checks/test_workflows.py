"""Each fault of a workflow, put back, is named with its file and line."""

import re
from pathlib import Path

import pytest

from checks.problem import Problem
from checks.workflows import TRANSIENT, check
from tests.checks.undoing import copy, found_by, undone
from tests.deployment import WORKFLOWS, workflow
from tests.embedded import ROOT

NEXT = 'next: {step: "{% $states.result.Payload.next %}"}\n'
VERDICT = 'verdict: {step: "{% $states.result.Payload.next %}"}\n'
TEST_LOOP = "Choices: [{Condition: \"{% $next.step = 'done' %}\", Next: Terminate host}]"
VERDICTS = [
    ("build", NEXT, VERDICT, "`Build each`"),
    ("verify", NEXT, VERDICT, "`Test hosts`"),
    ("distribute", NEXT, VERDICT, "`Copy each`"),
]
ELSEWHERE = [
    ("build", "Assign: {builder: ", "Assign: {run: ", "run"),
    ("verify", "Assign: {scan: ", "Assign: {trial: ", "trial"),
    (
        "verify",
        TEST_LOOP,
        TEST_LOOP.replace("Next: Terminate host", "Next: Terminate host, Assign: {about: null}"),
        "about",
    ),
    ("distribute", "Output: {failure: ", "Assign: {facts: ", "facts"),
    ("verify", "online: null\n", "scan: null\n", "scan"),  # a sibling's: AWS takes it, we do not
]


def test_the_workflows_are_as_they_should_be():
    assert found_by(check, ROOT) == []


@pytest.mark.parametrize(("name", "new", "old", "scope"), VERDICTS, ids=[each[0] for each in VERDICTS])
def test_a_verdict_inside_a_map_is_refused_beside_that_of_the_gate(tmp_path: Path, name, new, old, scope):
    root = copy(tmp_path)
    line = undone(root, f"workflows/{name}.asl.yaml", new, old)

    (problem,) = found_by(check, root)

    assert (problem.path, problem.line) == (f"workflows/{name}.asl.yaml", line)
    assert problem.message.startswith(f"$verdict is assigned in {scope}, and at the top level on line ")


@pytest.mark.parametrize(("name", "new", "old", "variable"), ELSEWHERE)
def test_an_assignment_anywhere_in_an_inner_scope_counts(tmp_path: Path, name, new, old, variable):
    root = alone(tmp_path, name)
    file = root / f"workflows/{name}.asl.yaml"
    text = file.read_text()
    assert new in text
    file.write_text(text.replace(new, old, 1))

    problems = found_by(check, root)

    assert text[: text.index(new)].count("\n") + 1 in {problem.line for problem in problems}
    assert all(problem.message.startswith(f"${variable} is assigned in ") for problem in problems)


@pytest.mark.parametrize(
    ("path", "error"),
    [*((path, TRANSIENT[0]) for path in WORKFLOWS), *((WORKFLOWS[0], each) for each in TRANSIENT[1:])],
)
def test_a_transient_error_that_a_task_does_not_retry_is_named(tmp_path: Path, path: Path, error):
    root = alone(tmp_path, path.name.partition(".")[0])
    text = path.read_text()
    (root / "workflows" / path.name).write_text(text.replace(error, "Lambda.Unknown"))

    problems = found_by(check, root)

    assert len(problems) == text.count("states:::lambda:invoke")
    for problem in problems:
        assert f" does not retry {error}: " in problem.message
        assert "Retry:" in text.splitlines()[problem.line - 1]


def test_a_retrier_that_never_retries_does_not_count(tmp_path: Path):
    root = alone(tmp_path, "retire")
    file = root / "workflows/retire.asl.yaml"
    file.write_text(file.read_text().replace("MaxAttempts: 6", "MaxAttempts: 0"))

    assert {problem.message.partition(",")[0] for problem in found_by(check, root)} >= {
        "`Decide` does not retry Lambda.ServiceException"
    }


def test_only_the_first_retrier_that_matches_counts(tmp_path: Path):
    root = alone(tmp_path, "retire")
    file = root / "workflows/retire.asl.yaml"
    never = r"\1- {ErrorEquals: [States.TaskFailed], MaxAttempts: 0}\n\1\2"
    file.write_text(re.sub(r"^( +)(- ErrorEquals: \[TryAgain)", never, file.read_text(), flags=re.MULTILINE))

    assert len(found_by(check, root)) == file.read_text().count("states:::lambda:invoke")


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:states:::aws-sdk:lambda:invoke",
        "arn:aws-us-gov:states:::lambda:invoke",
        "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "${ReapFunction}",
    ],
)
def test_whatever_form_invokes_a_function_is_held_to_retry(tmp_path: Path, resource: str):
    root = alone(tmp_path, "retire")
    file = root / "workflows/retire.asl.yaml"
    catch = "Catch: [{ErrorEquals: [States.ALL], Next: Run failed}]"
    file.write_text(f"{file.read_text()}\n  Extra: {{Type: Task, Resource: '{resource}', {catch}, Next: Run failed}}\n")

    (problem,) = found_by(check, root)

    assert problem.message.startswith("`Extra` does not retry Lambda.ServiceException")


def test_the_older_form_of_a_map_and_of_an_assignment_count(tmp_path: Path):
    root = alone(tmp_path, "retire")
    file = root / "workflows/retire.asl.yaml"
    text = file.read_text().replace("    ItemProcessor:\n", "    Iterator:\n")
    file.write_text(text.replace('Assign: {account_region: "{%', 'Assign: {run.$: "{%'))

    (problem,) = found_by(check, root)

    assert problem.message.startswith("$run is assigned in `Read each inventory`")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_state_that_does_not_catch_every_error_is_named(tmp_path: Path, path: Path):
    """Each catcher of every error in turn is limited to time-outs."""
    root = alone(tmp_path, path.name.partition(".")[0])
    text = path.read_text()
    catchers = text.split("ErrorEquals: [States.ALL]")
    tasks = text.count("Type: Task")
    assert len(catchers) - 1 >= tasks
    for index in range(1, len(catchers)):
        changed = [*catchers]
        changed[index - 1 : index + 1] = ["ErrorEquals: [States.Timeout]".join(catchers[index - 1 : index + 1])]
        (root / "workflows" / path.name).write_text("ErrorEquals: [States.ALL]".join(changed))

        (problem,) = found_by(check, root)

        assert "does not catch every error" in problem.message
        assert "Catch:" in text.splitlines()[problem.line - 1]


def test_a_task_without_any_catch_is_named_where_it_begins(tmp_path: Path):
    root = copy(tmp_path)
    states = workflow(ROOT / "workflows/retire.asl.yaml")["States"]
    file = root / "workflows/retire.asl.yaml"
    lines = file.read_text().splitlines()
    begin = states.lines["Collect facts"]
    first = states["Collect facts"].lines["Catch"]
    file.write_text("\n".join(lines[: first - 1] + lines[first + 3 :]))

    message = "`Collect facts` does not catch every error: an execution that fails there ends with no report; "
    end = "end its Catch with ErrorEquals: [States.ALL]"
    assert found_by(check, root) == [Problem("workflows/retire.asl.yaml", begin, message + end)]


def alone(tmp_path: Path, name: str) -> Path:
    """A checkout with this workflow and nothing else."""
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows" / f"{name}.asl.yaml").write_text((ROOT / f"workflows/{name}.asl.yaml").read_text())
    return tmp_path
