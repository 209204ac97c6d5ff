"""Keep what came of a test on a host, and say what is next: a test that fails is run once more, in case it is flaky."""

from goldsmith.act.host.store_output import OutputStore
from goldsmith.evidence import output_of_test
from goldsmith.values.verify_plan import Attempt, Passed, Result


def store_result(tried: Attempt, *, outputs: OutputStore) -> Passed:
    """TryAgain while Systems Manager does not know the end of the command."""
    name = tried.tests[tried.index].name
    found, output = outputs.copy(tried, name, output_of_test(tried, tried.index, name, tried.attempt))
    result = Result(name=name, attempt=tried.attempt, status=found["Status"], output=output)
    if found["Status"] != "Success" and tried.attempt == 1:
        return Passed(next="again", step=tried.index, attempt=tried.attempt + 1, result=result)
    after = tried.index + 1
    return Passed(next="test" if after < len(tried.tests) else "done", step=after, attempt=1, result=result)
