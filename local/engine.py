"""Step Functions: ministack keeps the API, moto's engine (LocalStack's) runs the definition (first cut, being rewritten)."""

import os, sys, json, time, datetime, threading, types, uuid
from ministack.services import stepfunctions as SF
from ministack.core import lambda_runtime as LR
from ministack.core.responses import get_account_id, get_region
from local.patching import patch
import moto.stepfunctions.parser.models as PM
import jsonata, moto.stepfunctions.parser.asl.jsonata.jsonata as mj


@patch("moto's engine in ministack's place")
def engine():
    def ev(e):
        try:
            return jsonata.Jsonata.jsonata(e).evaluate(None)
        except Exception as x:
            raise mj.JSONataException(getattr(x, "error", "UNKNOWN"), str(x))

    for m in list(sys.modules.values()):
        if getattr(m, "eval_jsonata_expression", None):
            m.eval_jsonata_expression = ev

    def enc(bindings):
        return "".join(
            f"{k}:={mj.to_json_str(v, separators=(',', ':'))};" for k, v in bindings.items()
        )  # moto does not escape quotes in string variables

    for m in list(sys.modules.values()):
        if getattr(m, "encode_jsonata_variable_declarations", None):
            m.encode_jsonata_variable_declarations = enc
    """moto 5.2.5 fixes needed for option (a): SFN interpreter, EventBridge targets, scheduler. ~110 lines"""
    import os, json, time, threading, datetime, re, uuid

    SCALE = [float(os.environ.get("SFN_WAIT_SCALE", "1"))]
    import botocore.session
    from botocore.model import StructureShape
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
        state_task_service as sts_,
        state_task_service_aws_sdk as sdk_,
    )

    _s = botocore.session.get_session()
    _m = {}

    def model(svc):
        return _m.setdefault(svc, _s.get_service_model(svc)) if svc not in _m else _m[svc]

    from botocore import xform_name

    def shape(self, svc, act, which):
        svc = self._get_boto_service_name(svc)
        act = self._get_boto_service_action(act)
        for n in model(svc).operation_names:
            if xform_name(n) == act or n.lower() == act.replace("_", ""):
                return getattr(model(svc).operation_model(n), which)

    def np(self, parameters, boto_service_name=None, service_action_name=None):
        sh = shape(self, boto_service_name, service_action_name, "input_shape")
        if sh is not None:
            self._to_boto_request(parameters, sh)

    def nr(self, response, boto_service_name=None, service_action_name=None):
        sh = shape(self, boto_service_name, service_action_name, "output_shape")
        if sh is not None:
            self._from_boto_response(response, sh)

        def iso(v):
            if isinstance(v, dict):
                for k in v:
                    v[k] = iso(v[k])
                return v
            if isinstance(v, list):
                return [iso(x) for x in v]
            return v.strftime("%Y-%m-%dT%H:%M:%S.000Z") if isinstance(v, datetime.datetime) else v

        iso(response)

    sts_.StateTaskService._normalise_parameters = np
    sts_.StateTaskService._normalise_response = nr
    sdk_._SERVICE_ERROR_NAMES.update(
        {
            "ec2": "Ec2",
            "ssm": "Ssm",
            "s3": "S3",
            "sns": "Sns",
            "sqs": "Sqs",
            "inspector2": "Inspector2",
            "autoscaling": "AutoScaling",
            "imagebuilder": "Imagebuilder",
            "organizations": "Organizations",
            "secretsmanager": "SecretsManager",
            "kms": "Kms",
            "lambda": "Lambda",
            "eventbridge": "EventBridge",
            "scheduler": "Scheduler",
            "sts": "Sts",
            "cloudwatch": "CloudWatch",
        }
    )
    # JSONPath: moto wraps `$.a[0].b` in a list (json_path.py, moto#7825)
    from moto.stepfunctions.parser.asl.utils import json_path as jp

    _ex = jp.extract_json
    _definite = re.compile(r"^\$(\.[A-Za-z_]\w*|\[\d+\]|\['[^']*'\])*$")

    def ex(path, data):
        v = _ex(path, data)
        if _definite.match(path) and isinstance(v, list) and len(v) == 1:
            ms = jp.parse(path).find(data)
            if len(ms) == 1:
                return ms[0].value
        return v

    import sys as _sys
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend as _SB

    _st = _SB.start_execution
    _SB.start_execution = lambda self, arn, name=None, execution_input=None, trace_header=None: _st(
        self, arn, name or str(uuid.uuid4()), execution_input, trace_header
    )
    for mod in list(_sys.modules.values()):
        if getattr(mod, "extract_json", None) is _ex:
            mod.extract_json = ex
    from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction

    _w = WaitFunction._wait_interval
    WaitFunction._wait_interval = lambda self, env, wait_seconds: (
        env.program_state_event.wait(wait_seconds * SCALE[0])
        if SCALE[0] != 1 and wait_seconds > 0
        else _w(self, env, wait_seconds)
    )
    import boto3
    from botocore.config import Config
    from moto.stepfunctions.parser.asl.utils import boto_client as bc
    import contextvars

    def client_for(region, service, state_credentials=None):
        role = getattr(state_credentials, "role_arn", "") or ""
        acct = role.split(":")[4] if role.count(":") >= 5 and role.split(":")[4] else "123456789012"
        c = LR.execution_credentials(
            {"Role": role, "FunctionArn": f"arn:aws:lambda:{region}:{acct}:function:sfn", "FunctionName": "sfn"}
        )
        return boto3.client(
            service,
            region_name=region,
            endpoint_url="http://127.0.0.1:" + os.environ["MOTO_PORT"],
            aws_access_key_id=c["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=c["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=c["AWS_SESSION_TOKEN"] or None,
            config=Config(
                parameter_validation=False,
                inject_host_prefix=False,
                retries={"max_attempts": 0},
                max_pool_connections=50,
                s3={"addressing_style": "path"},
            ),
        )

    _cache = {}

    def cached(region, service, state_credentials=None):
        k = (region, service, getattr(state_credentials, "role_arn", None))
        if k not in _cache:
            _cache[k] = client_for(region, service, state_credentials)
        return _cache[k]

    for m in list(sys.modules.values()):
        if getattr(m, "boto_client_for", None):
            m.boto_client_for = cached
    from moto.stepfunctions.parser.backend.execution import Execution
    from moto.stepfunctions.parser.asl.eval.callback.callback import (
        CallbackOutcomeSuccess,
        CallbackOutcomeFailure,
        CallbackNotifyConsumerError,
    )

    LIVE = {}

    def iso(v):
        return v.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" if isinstance(v, datetime.datetime) else v

    def run(exec_arn):
        rec = SF._executions.get(exec_arn)
        sm = SF._state_machines[rec["stateMachineArn"]]
        msm = types.SimpleNamespace(
            arn=sm["stateMachineArn"], name=sm["name"], sm_type=sm["type"], definition=sm["definition"]
        )
        E = Execution(
            name=rec["name"],
            sm_type=sm["type"],
            role_arn=sm["roleArn"],
            exec_arn=exec_arn,
            account_id=get_account_id(),
            region_name=get_region(),
            state_machine=msm,
            start_date=datetime.datetime.now(datetime.timezone.utc),
            cloud_watch_logging_session=None,
            activity_store={},
            input_data=rec["input"],
        )
        LIVE[exec_arn] = E
        try:
            AmazonStateLanguageParser.parse(sm["definition"])
            E.start()
        except Exception as x:
            SF._fail_execution(rec, "States.Runtime", str(x))
            return
        while E.exec_status.value == "RUNNING" and rec["status"] == "RUNNING":
            time.sleep(0.01)
        if E.exec_worker.env:
            rec["events"] = [{**e, "timestamp": iso(e["timestamp"])} for e in E.to_history_output()["events"]]
        LIVE.pop(exec_arn, None)
        if rec["status"] != "RUNNING":
            return  # aborted through StopExecution
        rec["stopDate"] = SF.now_iso()
        rec["status"] = E.exec_status.value
        if rec["status"] == "SUCCEEDED":
            rec["output"] = json.dumps(E.output)
        else:
            rec["error"], rec["cause"] = (
                E.error or ("States.Timeout" if rec["status"] == "TIMED_OUT" else None),
                E.cause,
            )
        SF._emit_execution_status_event(rec)

    SF._run_execution = run
    _stop = SF._stop_execution

    def stop(data):
        E = LIVE.get(data.get("executionArn"))
        r = _stop(data)
        if E:
            E.stop(datetime.datetime.now(datetime.timezone.utc), data.get("error"), data.get("cause"))
        return r

    SF._stop_execution = stop

    def notify(fn):
        def h(data):
            for E in list(LIVE.values()):
                env = E.exec_worker.env
                try:
                    if env and fn(env.callback_pool_manager, data):
                        return SF.json_response({})
                except CallbackNotifyConsumerError as x:
                    return SF.error_response_json(
                        "TaskTimedOut" if "Timeout" in type(x).__name__ else "TaskDoesNotExist", "task", 400
                    )
            return SF.error_response_json("InvalidToken", "Invalid Token", 400)

        return h

    SF._send_task_success = notify(
        lambda p, d: p.notify(
            callback_id=d["taskToken"], outcome=CallbackOutcomeSuccess(callback_id=d["taskToken"], output=d["output"])
        )
    )
    SF._send_task_failure = notify(
        lambda p, d: p.notify(
            callback_id=d["taskToken"],
            outcome=CallbackOutcomeFailure(callback_id=d["taskToken"], error=d.get("error"), cause=d.get("cause")),
        )
    )
    SF._send_task_heartbeat = notify(lambda p, d: p.heartbeat(callback_id=d["taskToken"]))
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

    def validate(data):
        try:
            AmazonStateLanguageParser.parse(data["definition"])
            d = []
        except Exception as x:
            d = [{"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": str(x)[:300]}]
        return SF.json_response({"result": "FAIL" if d else "OK", "diagnostics": d})

    SF._validate_state_machine_definition = validate
    _csm = SF._create_state_machine

    def csm(data):
        d = json.loads(validate(data)[2])["diagnostics"]
        return SF.error_response_json("InvalidDefinition", d[0]["message"], 400) if d else _csm(data)

    SF._create_state_machine = csm

    import botocore.parsers as BP

    _pp = BP.ResponseParser.parse

    def parse(self, response, shape):
        r = _pp(self, response, shape)
        if isinstance(r, dict):
            m = r.setdefault("ResponseMetadata", {})
            m.setdefault("RequestId", "local")
            m.setdefault("HTTPStatusCode", response["status_code"])
        return r

    BP.ResponseParser.parse = parse
