"""Runs one version of a Python function: events come as lines of JSON on descriptor 3, answers and printed lines go out on
descriptor 4."""
import importlib
import io
import json
import logging
import os
import sys
import time
import traceback

_input = os.fdopen(3, "rb", 1 << 16)
_write = os.write
_process = os.getpid
_self = os.getpid()
_decode = json.loads
_encode = json.JSONEncoder(allow_nan=False).encode
_exit = os._exit
# CloudWatch's limit of one event; the run's own is smaller still.
_LOG_MAX = 262144


def _send(message):
    # A line of its own, whatever the function may have written there.
    _write_all(("\n" + _encode(message) + "\n").encode())


def _write_all(line):
    while line:
        line = line[_write(4, line):]


def _log(text, level):
    _send({"log": text[:_LOG_MAX], "level": level})


class _Octets(io.RawIOBase):
    """What a stream of text has below it."""

    def __init__(self, lines):
        self._lines = lines

    def writable(self):
        return True

    def write(self, octets):
        self._lines.write(bytes(octets).decode("utf-8", "replace"))
        return len(octets)


class _Lines(io.TextIOBase):
    """A stream whose whole lines are sent."""

    encoding = "utf-8"

    def __init__(self):
        self._held = ""
        self.buffer = _Octets(self)

    def writable(self):
        return True

    def write(self, text):
        self._held += text
        if "\n" in self._held:
            whole, self._held = self._held.rsplit("\n", 1)
            _log(whole, "")
        elif len(self._held) > 65536:
            self.rest()
        return len(text)

    def rest(self):
        if self._held:
            held, self._held = self._held, ""
            _log(held, "")


class _Log(logging.Handler):
    def emit(self, record):
        _log(self.format(record), record.levelname)


def _described(error, kind=None):
    # Whatever was raised: it may raise something itself when it is looked at.
    try:
        return _looked_at(error, kind)
    except BaseException:
        return {"errorType": kind or type(error).__name__, "errorMessage": "what was raised cannot be described", "trace": []}


def _looked_at(error, kind):
    # The function's own part of the stack, if it has one.
    trace = error.__traceback__
    while trace and (trace.tb_frame.f_code.co_filename == __file__ or "importlib" in trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    message = str(error)
    if isinstance(error, ModuleNotFoundError) and error.name in ("boto3", "botocore"):
        message += " (the AWS SDK is not there by itself: put it into the package)"
    return {
        "errorType": kind or type(error).__name__,
        "errorMessage": message,
        "trace": "".join(traceback.format_exception(type(error), error, trace)).rstrip().split("\n"),
    }


class _Context:
    # What does not change from run to run.
    function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
    memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
    log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
    log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
    identity = None
    client_context = None

    def __init__(self, message):
        self.invoked_function_arn = message["arn"]
        self.aws_request_id = message["id"]
        self._deadline = message["deadline"]

    def get_remaining_time_in_millis(self):
        return max(0, int(self._deadline - time.time() * 1000))


def _load():
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    if not module:
        raise ValueError("Bad handler '%s'" % name)
    found = getattr(importlib.import_module(module.replace("/", ".")), name, None)
    if not callable(found):
        raise AttributeError("Handler '%s' missing on module '%s'" % (name, module))
    return found


def _run(handler, message, out):
    try:
        answer = {"id": message["id"], "result": handler(message["event"], _Context(message))}
        _leave_to_parent()
        out.rest()
        try:
            _send(answer)
        except (TypeError, ValueError, RecursionError) as error:
            _send({"id": message["id"], "error": _described(error, "Runtime.MarshalError")})
    except SystemExit:
        _leave_to_parent()
        out.rest()
        _exit(1)
    except BaseException as error:
        _leave_to_parent()
        out.rest()
        _send({"id": message["id"], "error": _described(error)})


def _leave_to_parent():
    """A process that the function has forked must neither answer nor take the next event."""
    if _process() != _self:
        _exit(0)


def _close_input():
    try:
        os.close(3)
    except OSError:
        pass


def _main():
    os.register_at_fork(after_in_child=_close_input)
    sys.stdout = sys.stderr = out = _Lines()
    logging.getLogger().addHandler(_Log())
    try:
        handler = _load()
    except BaseException as error:
        out.rest()
        _send({"failed": _described(error)})
        _exit(1)
    out.rest()
    _send({"ready": True})
    for line in _input:
        message = _decode(line)
        if "ack" in message:
            _send({"begun": True})
        _run(handler, message, out)
        _leave_to_parent()
    _exit(0)


_main()
