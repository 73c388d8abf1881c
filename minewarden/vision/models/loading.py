"""A card and its network brought together, with every claim of the card checked against what the network is."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from minewarden.contract import ModelReference
from minewarden.vision.detections import FloatArray
from minewarden.vision.errors import ModelError

from .backend import BACKENDS, InputShape, Network
from .card import ModelCard, card_path, read_card
from .decoders import Decoder, decoder_named
from .letterbox import to_tensor
from .onnx_file import sha256_of_model
from .quick import apart, bars
from .tensors import TensorInfo, listed

INPUT_TYPES = ("float32", "float16")
# By the other engine a quick file may be right too, but is not quicker.
QUICK_BACKEND = "openvino"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Model:
    """A detector ready to run. ``output_order`` are the places of the network's outputs in the decoder's order.

    ``model_file`` is the file that runs. ``passed_over`` says why it is not the quick one of the card; None where it
    is, or where the card has none.
    """

    card: ModelCard
    card_file: Path
    model_file: Path
    reference: ModelReference
    network: Network
    decoder: Decoder
    output_order: tuple[int, ...]
    passed_over: str | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        return self.card.classes


def load_model(which: str | Path, *, backend: str = "openvino", requests: int = 1) -> Model:
    """Load a detector: ``"starter"`` for the one that is shipped, else the path of a card.

    ``requests`` is how many pictures may be worked on at once, each by one thread; all share the weights.

    Raises:
        ModelError: card or model is missing or broken, or the card claims what the model is not.
    """
    if backend not in BACKENDS:
        raise ModelError(f'there is no backend "{backend}"; there are {", ".join(BACKENDS)}')
    if requests < 1:
        raise ValueError(f"requests must be 1 or more, is {requests}")
    path = card_path(which)
    card = read_card(path)
    model_file = path.parent / card.file
    sha256 = sha256_of_model(model_file)
    try:
        decoder = decoder_named(card.output.decoder)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    wide, high = card.input.size
    network = BACKENDS[backend](model_file, (1, 3, high, wide), requests)
    _check_input(card, network, path, (1, 3, high, wide))
    order = _output_order(card, network, path)
    claimed = decoder.expects(card, [network.outputs[place] for place in order])
    if claimed is not None:
        raise _mismatch(path, network, f'[output] decoder "{decoder.name}" needs {claimed}')
    model = Model(card, path, model_file, _reference(card, sha256), network, decoder, order)
    return model if card.quick is None else _quick(model, backend, requests)


def _reference(card: ModelCard, sha256: str) -> ModelReference:
    return ModelReference(name=card.name, version=card.version, sha256=sha256)


def _quick(model: Model, backend: str, requests: int) -> Model:
    """The same with the card's quick file, if that says what the slow one says; else the slow one, told loudly."""
    card = model.card
    if card.quick is None or backend != QUICK_BACKEND:
        return replace(model, passed_over=f"only {QUICK_BACKEND} gains by it")
    wide, high = card.input.size
    file = model.card_file.parent / card.quick.file
    reference = _reference(card, sha256_of_model(file))
    network = BACKENDS[backend](file, (1, 3, high, wide), requests)
    _check_input(card, network, model.card_file, (1, 3, high, wide))
    quick = Model(
        card, model.card_file, file, reference, network, model.decoder, _output_order(card, network, model.card_file)
    )
    differs = apart(_answer(model), _answer(quick))
    if differs <= card.quick.apart:
        return quick
    reason = (
        f"on this processor {file.name} differs from {card.file} by {differs:.2f}, allowed is {card.quick.apart:.2f}"
    )
    log.warning("detector %s: %s; the slower file is used", card.name, reason)
    return replace(model, passed_over=reason)


def _answer(model: Model) -> list[FloatArray]:
    """What a model says of the bars, in the decoder's order."""
    wide, high = model.card.input.size
    picture = to_tensor(bars(wide, high), model.card.input).astype(model.network.inputs[0].dtype, copy=False)
    outputs = model.network.session()(picture)
    return [outputs[place] for place in model.output_order]


def _check_input(card: ModelCard, network: Network, path: Path, shape: InputShape) -> None:
    if len(network.inputs) != 1:
        raise _mismatch(path, network, f"a detector has one input, this model has {len(network.inputs)}")
    tensor = network.inputs[0]
    if card.input.name is not None and card.input.name != tensor.name:
        raise _mismatch(path, network, f'[input] name is "{card.input.name}"')
    if not tensor.fits(*shape):
        raise _mismatch(path, network, f"[input] size {list(card.input.size)} and layout NCHW need an input {shape}")
    if tensor.dtype not in INPUT_TYPES:
        raise _mismatch(path, network, f"the input must be {' or '.join(INPUT_TYPES)}")


def _output_order(card: ModelCard, network: Network, path: Path) -> tuple[int, ...]:
    names = [tensor.name for tensor in network.outputs]
    wanted = card.output.wanted()
    if not wanted:
        return tuple(_logits_first(network.outputs))
    missing = [name for name in wanted if name not in names]
    if missing:
        raise _mismatch(path, network, f"[output] names {', '.join(missing)}, which the model does not have")
    return tuple(names.index(name) for name in wanted)


def _logits_first(outputs: Sequence[TensorInfo]) -> list[int]:
    """Without names in the card, boxes (the output of 4 columns, if only one has 4) go behind logits."""
    boxes = [place for place, tensor in enumerate(outputs) if len(tensor.shape) == 3 and tensor.shape[2] == 4]
    if len(outputs) != 2 or len(boxes) != 1:
        return list(range(len(outputs)))
    return [1 - boxes[0], boxes[0]]


def _mismatch(path: Path, network: Network, claim: str) -> ModelError:
    return ModelError(
        f"{path}: the card does not fit the model.\n"
        f"  card:  {claim}\n"
        f"  model: inputs: {listed(network.inputs)}\n"
        f"         outputs: {listed(network.outputs)}"
    )
