"""Quantises the exported embedding model to int8, for processors that multiply int8 faster.

The inputs of some layers have outliers that int8 would lose. As in SmoothQuant (Xiao et al.,
2023), they are divided by a factor for each column and the weights are multiplied by it; layers
that still lose much stay in float32. `python -m knowledge.encoding.onnx_quantise SOURCE TARGET`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.encoding.onnx_model import load_tokenizer

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import ModelProto, NodeProto

# How much of an outlier moves from the inputs to the weights, 0 to 1; as measured with the vectors.
_MOVED = 0.65
# The second halves of these feed-forward layers: each turned vectors by more than the rest of the
# model together.
_IN_FLOAT = tuple(f"/bert/encoder/layer.{layer}/output/dense/MatMul" for layer in range(3))
_STARTER = Path(__file__).parents[1] / "starter"
_FILES, _CHARACTERS = 24, slice(200, 1200)


def quantise(source: Path, target: Path) -> None:
    """Writes the model of `source` with most of its weights in int8 to `target`."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(source)
    layers = _layers(model)
    _smooth(model, layers, _peaks(source, list(layers)))
    smoothed = target.with_suffix(".smoothed")
    onnx.save(model, smoothed)
    quantize_dynamic(
        smoothed,
        target,
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=list(_IN_FLOAT),
        extra_options={"MatMulConstBOnly": True},
    )
    smoothed.unlink()


def _layers(model: ModelProto) -> dict[str, list[NodeProto]]:
    """The multiplications with weights, by the name of their input."""
    weights = {each.name for each in model.graph.initializer}
    found = defaultdict(list)
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            found[node.input[0]].append(node)
    return found


def _peaks(source: Path, inputs: list[str]) -> dict[str, NDArray[np.float32]]:
    """The largest absolute value in each column of each input, over texts of the library."""
    import onnx
    from onnxruntime import InferenceSession

    model = onnx.load(source)
    for name in inputs:
        kind = onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        model.graph.output.append(kind)
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found: dict[str, Any] = dict.fromkeys(inputs, np.float32(1e-5))
    for feed in _feeds():
        for name, values in zip(inputs, session.run(inputs, feed), strict=True):
            columns = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            found[name] = np.maximum(found[name], columns)
    return found


def _feeds() -> Iterator[dict[str, NDArray[np.int64]]]:
    tokenizer = load_tokenizer()
    for path in sorted(_STARTER.rglob("*.md"))[:_FILES]:
        text = tokenizer.encode(path.read_text("utf-8")[_CHARACTERS])
        yield {"ids": np.array([text.ids]), "mask": np.array([text.attention_mask])}


def _smooth(
    model: ModelProto, layers: dict[str, list[NodeProto]], peaks: dict[str, NDArray[np.float32]]
) -> None:
    from onnx import helper, numpy_helper

    weights = {each.name: each for each in model.graph.initializer}
    divisions = {}
    for name, nodes in layers.items():
        matrices = [numpy_helper.to_array(weights[node.input[1]]) for node in nodes]
        factor = _factor(peaks[name], matrices)
        model.graph.initializer.append(numpy_helper.from_array(1 / factor, f"{name}_factor"))
        divisions[name] = helper.make_node("Mul", [name, f"{name}_factor"], [f"{name}_smooth"])
        for node, matrix in zip(nodes, matrices, strict=True):
            scaled = numpy_helper.from_array(matrix * factor[:, None], node.input[1])
            weights[node.input[1]].CopyFrom(scaled)
            node.input[0] = f"{name}_smooth"
    _insert(model, divisions)


def _factor(peaks: NDArray[np.float32], matrices: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    largest = np.max([np.abs(each).max(axis=1) for each in matrices], axis=0)
    factor = peaks**_MOVED / np.maximum(largest, 1e-5) ** (1 - _MOVED)
    return np.asarray(factor / np.exp(np.log(factor).mean()), dtype=np.float32)


def _insert(model: ModelProto, after: dict[str, NodeProto]) -> None:
    """Puts each node behind the one that has its input as an output."""
    nodes = list(model.graph.node)
    del model.graph.node[:]
    for node in nodes:
        model.graph.node.append(node)
        model.graph.node.extend(after[name] for name in node.output if name in after)


if __name__ == "__main__":
    quantise(Path(sys.argv[1]), Path(sys.argv[2]))
