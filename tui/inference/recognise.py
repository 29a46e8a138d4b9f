"""What kind of model a file is, by the names and shapes of what goes in and out.

File names say nothing: published files of one kind carry a dozen names, files of different kinds the same.
The input name `image` is shared by EdgeSAM, SAM 2 and SAM 3 encoders and is never decided on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from tui.errors import ModelError
from tui.inference.runtime import TensorInfo
from tui.inference.signature import Graph

Role = Literal["encoder", "text", "decoder", "model"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a graph is: its place in a model, the protocols it can serve, and a name for people.

    An encoder may serve several protocols, because SAM v1's and EdgeSAM's look alike and are fed alike; its
    decoder decides. No protocol means that the layout is known and cannot be used; `instead` says what can.
    """

    role: Role
    protocols: tuple[str, ...]
    title: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """`inputs` must all be there, `test` must hold."""

    kind: Kind
    inputs: frozenset[str]
    test: Callable[[Graph], bool] = lambda graph: True


def _decoder(protocol: str, title: str, *inputs: str) -> _Rule:
    return _Rule(Kind("decoder", (protocol,), title), frozenset(inputs))


def _model(protocol: str, title: str, *inputs: str) -> _Rule:
    return _Rule(Kind("model", (protocol,), title), frozenset(inputs))


_CLICKS = ("point_coords", "point_labels")

_RULES = (
    _model("grounding-dino", "a Grounding DINO model (IDEA layout)", "text_token_mask", "input_ids"),
    _model("grounding-dino", "a Grounding DINO model (transformers.js layout)", "input_ids", "pixel_values"),
    _Rule(
        Kind("model", ("yolo",), "an Ultralytics YOLO model"),
        frozenset({"images"}),
        lambda graph: "names" in graph.metadata or "output0" in graph.outputs,
    ),
    _decoder("sam3", "a SAM 3 text decoder", "language_mask", "backbone_fpn_2"),
    _Rule(
        Kind("text", ("sam3",), "a SAM 3 language encoder"),
        frozenset({"tokens"}),
        lambda graph: len(graph.inputs) == 1,
    ),
    _decoder("sam2", "a SAM 2 decoder", "high_res_feats_0", *_CLICKS),
    _decoder("sam2", "a SAM 2 decoder", "high_res_features1", *_CLICKS),
    _decoder(
        "hf-sam2", "a SAM 2 decoder in the transformers.js layout", "image_embeddings.2", "input_points"
    ),
    _decoder(
        "hf-sam", "a decoder in the transformers.js layout", "image_positional_embeddings", "input_points"
    ),
    _Rule(
        Kind(
            "model",
            (),
            "an EfficientSAM with both halves in one file, which would encode the image again at every click",
            "Take the one in two files: `ttylabel models pull efficient-sam-ti`",
        ),
        frozenset({"batched_images", "batched_point_coords"}),
    ),
    _decoder("efficient-sam", "an EfficientSAM decoder", "batched_point_coords"),
    _decoder("hq-sam", "an HQ-SAM decoder", "interm_embeddings", *_CLICKS),
    _decoder("sam", "a SAM v1 decoder", "image_embeddings", *_CLICKS, "mask_input"),
    _Rule(
        Kind("decoder", ("edge-sam",), "an EdgeSAM decoder"),
        frozenset({"image_embeddings", *_CLICKS}),
        lambda graph: len(graph.inputs) == 3,
    ),
)
"""First match wins."""

_ENCODERS: Mapping[str, Kind] = {
    "backbone_fpn_0": Kind("encoder", ("sam3",), "a SAM 3 image encoder"),
    "high_res_feats_0": Kind("encoder", ("sam2",), "a SAM 2 encoder"),
    "high_res_features1": Kind("encoder", ("sam2",), "a SAM 2 encoder"),
    "image_embeddings.2": Kind("encoder", ("hf-sam2",), "a SAM 2 encoder in the transformers.js layout"),
    "image_positional_embeddings": Kind("encoder", ("hf-sam",), "an encoder in the transformers.js layout"),
}
"""By an output that only this kind of encoder has."""

_SAM1 = Kind("encoder", ("sam", "edge-sam"), "a SAM v1 encoder")
_HQ = Kind("encoder", ("hq-sam",), "an HQ-SAM encoder")
_EFFICIENT = Kind("encoder", ("efficient-sam",), "an EfficientSAM encoder")
_SAM3 = Kind("encoder", ("sam3",), "a SAM 3 image encoder")


def recognise(graph: Graph) -> Kind | None:
    """What `graph` is, or None when it is nothing known."""
    names = graph.inputs.keys()
    for rule in _RULES:
        if rule.inputs <= names and rule.test(graph):
            return rule.kind
    return _encoder(graph) if len(graph.inputs) == 1 else None


def expected() -> str:
    """The layouts that are known, in one line, by what they take."""
    told = {rule.kind.title.removeprefix("a ").removeprefix("an "): rule.inputs for rule in _RULES}
    decoders = "; ".join(f"{title} ({', '.join(sorted(names))})" for title, names in told.items())
    return f"Known are, by their inputs: {decoders}; and the encoders of these, which take one picture"


def expect(graph: Graph, protocol: str, role: Role) -> None:
    """Raise ModelError that names what `graph` is instead, unless it is `role` of `protocol`."""
    kind = recognise(graph)
    if kind is not None and kind.role == role and protocol in kind.protocols:
        return
    if kind is not None and kind.role != role:
        other = "decoder" if role == "encoder" else "encoder"
        hint = f"Was the {other} given as the {role}?" if kind.role == other else ""
        raise ModelError(
            f"{graph.label} is {kind.title}", f"protocol '{protocol}' needs its {role} here", hint
        )
    if kind is not None:
        raise ModelError(f"{graph.label} is {kind.title}", f"it does not fit the protocol '{protocol}'")
    raise ModelError(f"{graph.label} is no {role} that is known", describe(graph))


def describe(graph: Graph) -> str:
    """The graph's inputs and outputs in words, for messages."""
    return f"it has inputs {tensors(graph.inputs)} and outputs {tensors(graph.outputs)}"


def tensors(found: Mapping[str, TensorInfo]) -> str:
    """Names, types and shapes in one line."""
    return ", ".join(f"'{t.name}' {t.dtype} {axes(t.shape)}" for t in found.values())


def axes(shape: tuple[int | None, ...]) -> str:
    """A shape in one word, "any" for a symbolic axis."""
    return f"[{', '.join('any' if axis is None else str(axis) for axis in shape)}]"


def _encoder(graph: Graph) -> Kind | None:
    (source,) = graph.inputs.values()
    for output, kind in _ENCODERS.items():
        if output in graph.outputs:
            return kind
    if source.name == "batched_images":
        return _EFFICIENT
    if source.dtype == "uint8" and len(source.shape) == 3:
        return _SAM3
    if not _is_picture(source):
        return None
    if any(name.startswith("interm_embeddings") for name in graph.outputs):
        return _HQ
    if any(len(t.shape) not in (4, 0) for t in graph.outputs.values()):
        return None
    return _HQ if len(graph.outputs) > 1 else _SAM1


def _is_picture(source: TensorInfo) -> bool:
    """[h, w, 3] or [1, 3, side, side]."""
    if len(source.shape) == 3:
        return source.shape[2] in (3, None) and source.dtype.startswith("float")
    return len(source.shape) == 4 and source.shape[1] in (3, None)
