"""Lambda as AWS runs it (first cut, being rewritten)."""

import contextvars, hashlib, io, os, threading, zipfile
from pathlib import Path
from ministack.core import lambda_runtime as LR
from ministack.services import lambda_svc as LS
from local.patching import patch

BARE = Path(__file__).parent.parent / ".venvs/bare/bin/python"
ERR = contextvars.ContextVar("err", default=None)
SEM = threading.BoundedSemaphore(4)


@patch("every error is Runtime.HandlerError")
def lambda_error_types():
    LR._PYTHON_WORKER_SCRIPT = LR._PYTHON_WORKER_SCRIPT.replace(
        '"error": str(e), "trace": traceback.format_exc()',
        '"error": str(e), "errorType": type(e).__name__, "trace": traceback.format_exc()',
    )
    _inv = LR.Worker.invoke

    def invoke(self, *a, **k):
        r = _inv(self, *a, **k)
        ERR.set(r["errorType"] if r.get("status") == "error" and r.get("errorType") else None)
        return r

    LR.Worker.invoke = invoke
    _ew = LS._execute_function_warm

    def efw(*a, **k):
        with SEM:
            r = _ew(*a, **k)
        if (
            r.get("error")
            and ERR.get()
            and isinstance(r.get("body"), dict)
            and r["body"].get("errorType") == "Runtime.HandlerError"
        ):
            r["body"]["errorType"] = ERR.get()
        return r

    LS._execute_function_warm = efw


@patch("a warm call waits 50 ms for stderr")
def lambda_drain():
    LR.Worker._drain_stderr_bounded.__defaults__ = (0.004, 0.002, 0.1)


@patch("functions run in the emulator's own interpreter")
def lambda_bare_interpreter():
    _det = LR._detect_runtime_binary

    def det(runtime):
        b, s = _det(runtime)
        return (str(BARE), s) if runtime.startswith("python") else (b, s)

    LR._detect_runtime_binary = det


LAYERS, LOCK = {}, threading.Lock()


@patch("layers are unpacked for each worker")
def lambda_shared_layers():
    _sp = LR.Worker._spawn

    def spawn(self):
        from ministack.services.lambda_svc import _resolve_layer_zip

        dirs = []
        for ref in self.config.get("Layers", []):
            data = _resolve_layer_zip(ref)
            h = hashlib.sha256(data).hexdigest()[:16]
            d = os.path.join(os.environ["TMPDIR"], "layer-" + h)
            with LOCK:
                if h not in LAYERS:
                    zipfile.ZipFile(io.BytesIO(data)).extractall(d)
                    LAYERS[h] = d
            dirs.append(d)
        real = self.config
        v = dict((real.get("Environment") or {}).get("Variables") or {})
        v["_LAMBDA_LAYERS_DIRS"] = os.pathsep.join(dirs)
        self.config = {**real, "Layers": [], "Environment": {"Variables": v}}
        try:
            return _sp(self)
        finally:
            self.config = real

    LR.Worker._spawn = spawn
    LR._RESERVED_RUNTIME_ENV_VARS = frozenset(x for x in LR._RESERVED_RUNTIME_ENV_VARS if x != "_LAMBDA_LAYERS_DIRS")
