"""Runs state machines on moto's interpreter; what a task does is answered by the process that started this one.

JSON lines. In: {"run", "definition", "input", "execution"} begins an execution, {"ask", "output"} or {"ask", "error", "cause"} answers a task.
Out: {"run", "ask", "state", "parameters"} asks for a task, {"run", "end": {"status", "error", "cause"}} tells how an execution ended.
Waits and the pauses between two attempts take no time. A call of an SDK integration is held against botocore's model before it is asked for.
"""

import functools
import importlib
import json
import pkgutil
import queue
import sys
import threading
import types

import botocore.session
from botocore.validate import ParamValidator
from moto.stepfunctions.parser.api import HistoryEventType, StateMachineType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import service as services
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError
from moto.stepfunctions.parser.asl.eval.states import ContextObjectData, ExecutionData, StateMachineData
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

for owner, name in (
    (StateTaskService, "_eval_execution"),
    (WaitFunction, "_wait_interval"),
    (retrier_decl, "time"),
):
    if not hasattr(owner, name):
        raise SystemExit(f"this version of moto has no {name}: adapt test/second-opinions/moto_machine.py to it")

# The name that botocore has for the service; moto translates only some.
StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES["elasticloadbalancingv2"] = "elbv2"

writing = threading.Lock()
answers = {}
asked = 0
models = botocore.session.get_session()


def tell(message):
    with writing:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def ask(run, state, parameters):
    """Asks for what a task does, and waits for it."""
    global asked
    with writing:
        asked += 1
        number = asked
        answers[number] = queue.Queue()
    tell({"run": run, "ask": number, "state": state, "parameters": parameters})
    answer = answers[number].get()
    del answers[number]
    return answer


def invalid(task, parameters):
    """What botocore's model finds wrong with the call of an integration; empty for a function."""
    if task.resource.service_name == "lambda":
        return ""
    service = models.get_service_model(task._get_boto_service_name())
    action = task.resource.api_action
    operation = service.operation_model(action[0].upper() + action[1:])
    normalised = json.loads(json.dumps(parameters))
    task._to_boto_request(normalised, operation.input_shape)
    unknown = [name for name in normalised if name not in operation.input_shape.members]
    report = ParamValidator().validate(normalised, operation.input_shape)
    found = [f"{name} is no parameter of {operation.name}" for name in unknown]
    return "; ".join(found + ([report.generate_report()] if report.has_errors() else []))


def eval_execution(task, env):
    task.resource.eval(env=env)
    env.stack.pop()
    if task.parargs is None:
        parameters = {}
    else:
        # Without the filter of `_eval_parameters`, which drops in silence what an integration does not know.
        task.parargs.eval(env=env)
        parameters = env.stack.pop()
    problem = invalid(task, parameters)
    if problem:
        raise failure(task, env, "InvalidCall", f"{task.name}: {problem}")
    answer = ask(env.run, task.name, parameters)
    if "error" in answer:
        raise failure(task, env, answer["error"], answer["cause"])
    env.stack.append(answer["output"])


def failure(task, env, error, cause):
    is_reserved = error.startswith("States.")
    return FailureEventException(
        failure_event=FailureEvent(
            env=env,
            error_name=StatesErrorName.from_name(error) if is_reserved else CustomErrorName(error),
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(
                taskFailedEventDetails=TaskFailedEventDetails(
                    error=error,
                    cause=cause,
                    resource=task._get_sfn_resource(),
                    resourceType=task._get_sfn_resource_type(),
                )
            ),
        )
    )


def wait_interval(_self, env, wait_seconds):
    # AWS takes whole numbers only.
    if not isinstance(wait_seconds, int) or isinstance(wait_seconds, bool) or wait_seconds < 0:
        raise RuntimeError(f"{wait_seconds!r} is no number of seconds that a Wait takes")


def with_given_errors(service):
    """Has a service pass on an error that was given; the names that it makes are those of calls that moto would make itself."""
    own = service._from_error

    def from_error(task, env, ex):
        return ex.failure_event if isinstance(ex, FailureEventException) else own(task, env, ex)

    service._from_error = from_error


for module in pkgutil.iter_modules(services.__path__, f"{services.__name__}."):
    importlib.import_module(module.name)
waiting = [StateTaskService]
while waiting:
    service = waiting.pop()
    waiting.extend(service.__subclasses__())
    if "_from_error" in vars(service):
        with_given_errors(service)

StateTaskService._eval_execution = eval_execution
WaitFunction._wait_interval = wait_interval
retrier_decl.time = types.SimpleNamespace(sleep=lambda _: None)

# The environments of a Map's items are made from the outer one: each has to know whose it is.
made_inner = Environment.as_inner_frame_of.__func__


def as_inner_frame_of(cls, env, *args, **kwargs):
    frame = made_inner(cls, env, *args, **kwargs)
    frame.run = env.run
    return frame


Environment.as_inner_frame_of = classmethod(as_inner_frame_of)


@functools.cache
def program_of(definition):
    """A program holds no state of an execution; to parse one takes most of a second."""
    return AmazonStateLanguageParser.parse(definition)[0]


def execute(message):
    run = message["run"]
    execution = message["execution"]
    try:
        program = program_of(json.dumps(message["definition"]))
        env = Environment(
            aws_execution_details=AWSExecutionDetails(account="111122223333", region="eu-west-1", role_arn=ROLE),
            execution_type=StateMachineType.STANDARD,
            context=ContextObjectData(
                Execution=ExecutionData(
                    Id=execution["arn"],
                    Input=message["input"],
                    Name=execution["name"],
                    RoleArn=ROLE,
                    StartTime=execution["startTime"],
                ),
                StateMachine=StateMachineData(Id=execution["machine"], Name=execution["machine"]),
            ),
            event_history_context=EventHistoryContext.of_program_start(),
            cloud_watch_logging_session=None,
            activity_store={},
        )
        env.run = run
        program.eval(env)
        tell({"run": run, "end": end_of(env.program_state())})
    except Exception as error:  # The other side has to hear of it, or it would wait for ever.
        tell({"run": run, "end": {"status": "BROKEN", "error": type(error).__name__, "cause": str(error)}})


ROLE = "arn:aws:iam::111122223333:role/machine"


def end_of(state):
    if isinstance(state, ProgramEnded):
        return {"status": "SUCCEEDED", "error": "", "cause": ""}
    if isinstance(state, ProgramError):
        return {"status": "FAILED", "error": state.error.get("error") or "", "cause": state.error.get("cause") or ""}
    return {"status": "BROKEN", "error": type(state).__name__, "cause": ""}


for line in sys.stdin:
    received = json.loads(line)
    if "ask" in received:
        answers[received["ask"]].put(received)
    else:
        threading.Thread(target=execute, args=(received,), daemon=True).start()
