"""Keep what came of a test on a host, and say what is next: a test that fails is run once more, in case it is flaky."""

from goldsmith.act.host.store_output import Keeper
from goldsmith.values.verify_plan import Attempt, Passed, Result


def folder_of(tried: Attempt) -> str:
    """Where the evidence of a test lies."""
    again = "-again" if tried.attempt > 1 else ""
    name = tried.tests[tried.index].name
    here = f"verifications/{tried.family}/{tried.version}/{tried.run}/{tried.architecture}/{tried.twin}"
    return f"{here}/{tried.index:02}-{name}{again}"


def keep_result(tried: Attempt, *, keeper: Keeper) -> Passed:
    """TryAgain while Systems Manager does not know the end of the command."""
    name = tried.tests[tried.index].name
    found, output = keeper.copy(tried, name, folder_of(tried))
    result = Result(name=name, attempt=tried.attempt, status=found["Status"], output=output)
    if found["Status"] != "Success" and tried.attempt == 1:
        return Passed(next="again", step=tried.index, attempt=tried.attempt + 1, result=result)
    after = tried.index + 1
    return Passed(next="test" if after < len(tried.tests) else "done", step=after, attempt=1, result=result)
