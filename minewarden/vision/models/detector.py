"""One detector for one thread: a picture in, an outcome out."""

from __future__ import annotations

import logging

import numpy as np

from minewarden.vision.detections import Detected, DetectionOutcome, Detections, NotAnalysed, NothingFound
from minewarden.vision.frame import Image

from .letterbox import Letterbox, to_tensor
from .loading import Model
from .nms import Candidates, suppress

log = logging.getLogger(__name__)


class Detector:
    """Looks at one picture at a time. For use by one thread; several detectors may share one model.

    ``confidence`` replaces the threshold of the card, for who wants to see weak boxes too.
    """

    def __init__(self, model: Model, *, confidence: float | None = None) -> None:
        self.model = model
        self.confidence = model.card.thresholds.confidence if confidence is None else confidence
        self._infer = model.network.session()
        self._failures = 0
        self._dtype = np.dtype(model.network.inputs[0].dtype)

    def detect(self, bgr: Image) -> DetectionOutcome:
        """What is in a picture, (height, width, 3) uint8 BGR. A fault on the way is ``NotAnalysed``, never nothing."""
        try:
            detections = self.look(bgr)
        except Exception as error:  # whatever fails in an engine, the picture was not analysed and must be said so
            self._failures += 1
            # A broken network fails at every picture of every camera: say it ever more rarely, never fall silent.
            if self._failures.bit_count() == 1:
                log.exception("detector %s failed (%d times so far)", self.model.reference.name, self._failures)
            return NotAnalysed(f"{type(error).__name__}: {error}")
        return Detected(detections) if len(detections) else NothingFound()

    def look(self, bgr: Image) -> Detections:
        """The same with exceptions as they come, for those who must not go on after one, such as a scoring."""
        if bgr.ndim != 3 or bgr.shape[2] != 3 or bgr.dtype != np.uint8:
            raise ValueError(f"a picture must be (height, width, 3) uint8, is {bgr.shape} {bgr.dtype}")
        card = self.model.card
        box = Letterbox.fit(bgr.shape[1], bgr.shape[0], card.input)
        tensor = to_tensor(box.apply(bgr), card.input).astype(self._dtype, copy=False)
        outputs = self._infer(tensor)
        ordered = [outputs[place] for place in self.model.output_order]
        # "Not a number" is under every threshold: a broken network would look like an empty roadway.
        if not all(np.isfinite(array.sum(dtype=np.float64)) for array in ordered):
            raise ArithmeticError("the model's output holds values that are no numbers")
        candidates = self.model.decoder.decode(card, ordered, self.confidence)
        kept = self._kept(candidates)
        return Detections.of(box.to_source(kept.xyxy), kept.confidence, kept.class_id, card.classes)

    def _kept(self, candidates: Candidates) -> Candidates:
        # An IoU of 1 is never exceeded: models that need no suppression still get sorting, limits and sound boxes.
        return suppress(candidates, 1.0 if self.model.decoder.suppressed else self.model.card.thresholds.nms_iou)
