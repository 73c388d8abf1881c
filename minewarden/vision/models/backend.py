"""What runs a network: OpenVINO on the processor, or ONNX Runtime where somebody has its GPU build.

Both stand behind the same small interface. A compiled network is shared by all threads; each thread asks it for a
session of its own, because a session works on one picture at a time. On a processor several one-thread requests over
one network finish more pictures than one request over several threads, and batches gain nothing (measured).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from minewarden.vision.detections import FloatArray
from minewarden.vision.errors import ModelError

from .tensors import DYNAMIC, TensorInfo

# OpenVINO reports its import to its maker over the network if this package is there; a mine's camera network has no
# business with that. A module entry of None makes the import fail, and OpenVINO then uses its own empty stand-in.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino  # noqa: E402

InputShape = tuple[int, int, int, int]
Session = Callable[[NDArray[Any]], Sequence[FloatArray]]


class Network(Protocol):
    """A compiled network. ``outputs`` are in the order in which a session returns its arrays."""

    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]

    def session(self) -> Session:
        """A function from one input tensor to the outputs as float32, for use by one thread at a time."""
        ...


class OpenVinoNetwork:
    """A network on the processor, with as many streams of one thread each as pictures may be worked on at once."""

    def __init__(self, path: Path, shape: InputShape, requests: int) -> None:
        core = openvino.Core()
        try:
            model = core.read_model(str(path))
        except RuntimeError as error:
            raise ModelError(f"{path}: OpenVINO cannot read this model: {_last_line(error)}") from error
        self.inputs = tuple(_openvino_tensor(port) for port in model.inputs)
        self.outputs = tuple(_openvino_tensor(port) for port in model.outputs)
        if len(self.inputs) == 1 and DYNAMIC in self.inputs[0].shape and self.inputs[0].fits(*shape):
            model.reshape(list(shape))
            self.outputs = tuple(_openvino_tensor(port) for port in model.outputs)
        try:
            self._compiled = core.compile_model(model, "CPU", _openvino_settings(requests))
        except RuntimeError as error:
            raise ModelError(f"{path}: OpenVINO cannot run this model: {_last_line(error)}") from error

    def session(self) -> Session:
        request = self._compiled.create_infer_request()
        count = len(self.outputs)

        def infer(tensor: NDArray[Any]) -> list[FloatArray]:
            request.infer([tensor], share_inputs=True)
            return [np.array(request.get_output_tensor(index).data, np.float32) for index in range(count)]

        return infer


def _openvino_settings(requests: int) -> dict[str, Any]:
    return {
        "NUM_STREAMS": requests,
        # Threads of all streams together: one for each.
        "INFERENCE_NUM_THREADS": requests,
        # Without this the same model scores differently on machines that have bf16.
        "INFERENCE_PRECISION_HINT": "f32",
        # Decoders want the cores too; a pinned stream would wait for its one core while another stands idle.
        "ENABLE_CPU_PINNING": False,
    }


def _openvino_tensor(port: Any) -> TensorInfo:
    shape = port.get_partial_shape()
    sizes = tuple(size.get_length() if size.is_static else DYNAMIC for size in shape) if shape.rank.is_static else ()
    name = port.get_any_name() if port.get_names() else ""
    return TensorInfo(name, sizes, np.dtype(port.get_element_type().to_dtype()).name)


class OnnxRuntimeNetwork:
    """The same by ONNX Runtime, on the first provider that its build offers (CUDA before the processor)."""

    def __init__(self, path: Path, shape: InputShape, requests: int) -> None:
        try:
            # Imported here because it is an optional extra of the package.
            import onnxruntime  # noqa: PLC0415
        except ImportError as error:
            raise ModelError(
                "the backend onnxruntime is not installed: pip install 'minewarden[onnxruntime]'"
            ) from error
        options = onnxruntime.SessionOptions()
        # One thread a request, as with OpenVINO: several requests run beside each other.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        providers = onnxruntime.get_available_providers()
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=providers)
        except Exception as error:  # its exceptions have no common base but Exception
            raise ModelError(f"{path}: ONNX Runtime cannot read this model: {_last_line(error)}") from error
        self.inputs = tuple(_onnx_tensor(value) for value in self._session.get_inputs())
        self.outputs = tuple(_onnx_tensor(value) for value in self._session.get_outputs())

    def session(self) -> Session:
        names = [tensor.name for tensor in self.outputs]
        first = self.inputs[0].name

        def infer(tensor: NDArray[Any]) -> list[FloatArray]:
            return [np.asarray(array, np.float32) for array in self._session.run(names, {first: tensor})]

        return infer


def _onnx_tensor(value: Any) -> TensorInfo:
    sizes = tuple(size if isinstance(size, int) else DYNAMIC for size in value.shape)
    kind = value.type.removeprefix("tensor(").removesuffix(")")
    return TensorInfo(value.name, sizes, {"float": "float32", "double": "float64"}.get(kind, kind))


def _last_line(error: Exception) -> str:
    """The line of a many-line engine message that says what happened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith("Exception from")]
    return lines[-1] if lines else type(error).__name__


BACKENDS: dict[str, Callable[[Path, InputShape, int], Network]] = {
    "openvino": OpenVinoNetwork,
    "onnxruntime": OnnxRuntimeNetwork,
}
