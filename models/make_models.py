#!/usr/bin/python3
"""Makes the small quantized models of this folder, with test data and golden outputs.

Usage: make_models.py [FOLDER]     (needs Debian's python3-onnx and python3-numpy)

The goldens come from `evaluate` below, which knows nothing of ONNX: it computes the layers that the graphs are built from
in exact rational arithmetic. The float input is quantized as its operator is defined, with one float32 division; from
then on every number is an integer or a fraction, and each quantizer rounds once. The same seed gives the same bytes.
"""

import pathlib
import sys
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import onnx
import onnx.numpy_helper
from onnx import TensorProto, helper

SETS = ("usual inputs", "wide range, saturates", "near zero and ties")


@dataclass
class Quantizer:
    scale: np.ndarray  # float32, one or one a channel
    low: int
    high: int
    zero_point: int = 0

    def scales(self, count):
        return [Fraction(float(s)) for s in np.broadcast_to(self.scale, (count,))]


@dataclass
class Layer:
    weights: np.ndarray  # int64 [K, N], already quantized
    weight: Quantizer  # scale per tensor or per column
    bias: np.ndarray  # int64 [N]
    bias_scale: np.ndarray  # float32, one or [N]
    relu: bool
    output: Quantizer
    alpha: float = 1.0
    beta: float = 1.0


@dataclass
class Network:
    name: str
    about: str
    inputs: int
    batch: int
    input: Quantizer
    layers: list = field(default_factory=list)


def quantize_input(x, q):
    """As QuantizeLinear and Quant define it for float32: divide in float32, round half to even, saturate."""
    ratio = (x.astype(np.float32) / q.scale.astype(np.float32)).astype(np.float32)
    return np.clip(np.rint(ratio).astype(np.int64) + q.zero_point, q.low, q.high)


def half_even(value):
    return round(value)  # Python rounds a Fraction half to even, exactly


def evaluate(network, x):
    stored = quantize_input(x, network.input)
    real_scale, zero_point = Fraction(float(network.input.scale)), network.input.zero_point
    for layer in network.layers:
        sums = (stored - zero_point) @ layer.weights
        columns = layer.weights.shape[1]
        weight_scales = layer.weight.scales(columns)
        bias_scales = [Fraction(float(s)) for s in np.broadcast_to(layer.bias_scale, (columns,))]
        out = layer.output
        out_scale = Fraction(float(out.scale))
        alpha, beta = Fraction(float(np.float32(layer.alpha))), Fraction(float(np.float32(layer.beta)))
        stored = np.empty(sums.shape, np.int64)
        for (row, column), accumulated in np.ndenumerate(sums):
            value = alpha * int(accumulated) * real_scale * weight_scales[column]
            value += beta * int(layer.bias[column]) * bias_scales[column]
            if layer.relu:
                value = max(value, Fraction(0))
            stored[row, column] = min(max(half_even(value / out_scale) + out.zero_point, out.low), out.high)
        real_scale, zero_point = out_scale, out.zero_point
    last = network.layers[-1].output
    return ((stored - last.zero_point) * np.float64(last.scale)).astype(np.float32)


def f32(value):
    return np.asarray(value, np.float32)


def make_network(rng, name, about, sizes, batch, power_of_two, per_channel=False, asymmetric=False, bias_bits=16):
    """Weights are spread so that the outputs use their range, saturating now and then."""

    def scale_near(value):
        return f32(2.0 ** np.round(np.log2(value))) if power_of_two else f32(value * rng.uniform(0.8, 1.25))

    low, high = (0, 255) if asymmetric else (-128, 127)
    network = Network(name, about, sizes[0], batch, Quantizer(scale_near(1 / 32), low, high, 131 if asymmetric else 0))
    step = float(network.input.scale)
    for index, (k, n) in enumerate(zip(sizes, sizes[1:])):
        last = index == len(sizes) - 2
        shape = (n,) if per_channel else ()
        weight_scale = f32([scale_near(1 / 256) for _ in range(n)]) if per_channel else scale_near(1 / 256)
        weights = np.clip(np.rint(rng.normal(0, 50, (k, n))), -127, 127).astype(np.int64)
        bias_scale = f32(np.float32(step) * weight_scale)
        bias = np.rint(rng.normal(0, 900, (n,))).astype(np.int64)
        spread = step * 40 * float(np.mean(weight_scale)) * 50 * np.sqrt(k)
        relu = not last
        if asymmetric:
            output = Quantizer(scale_near(spread / 60), 0, 255, 0 if relu else 119)
        else:
            output = Quantizer(scale_near(spread / 60), 0 if relu else -128, 255 if relu else 127)
        network.layers.append(Layer(weights, Quantizer(weight_scale, -127, 127), bias, bias_scale, relu, output))
        step = float(output.scale)
    return network


def make_inputs(rng, network, which):
    shape = (network.batch, network.inputs)
    scale = float(network.input.scale)
    if which == 0:
        return rng.normal(0, 1, shape).astype(np.float32)
    if which == 1:
        return rng.normal(0, 12, shape).astype(np.float32)
    # Half steps, where the rounding mode shows.
    return f32(rng.integers(-6, 7, shape) * np.float64(scale) / 2)


class GraphBuilder:
    def __init__(self):
        self.nodes, self.initializers = [], []

    def constant(self, name, array):
        self.initializers.append(onnx.numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, op, inputs, output, name=None, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=name or f"{op}_{len(self.nodes)}", **attributes))
        return output


def qonnx_graph(network):
    """Quant nodes of QONNX's domain, Gemm with transB, 16-bit bias quantizers; parameters as initializers."""
    g = GraphBuilder()
    zero = g.constant("zero", f32(0))
    eight, sixteen = g.constant("bits8", f32(8)), g.constant("bits16", f32(16))

    def quant(x, scale, bits, signed, narrow, output):
        return g.node("Quant", [x, g.constant(output + ".scale", scale), zero, bits], output,
                      domain="qonnx.custom_op.general", signed=signed, narrow=narrow, rounding_mode="ROUND")

    value = quant("x", network.input.scale, eight, 1, 0, "x_q")
    for i, layer in enumerate(network.layers):
        real = f32(layer.weights.T * np.float64(layer.weight.scale))
        weights = quant(g.constant(f"w{i}", real), layer.weight.scale, eight, 1, 1, f"w{i}_q")
        real_bias = f32(layer.bias * np.float64(layer.bias_scale))
        bias = quant(g.constant(f"b{i}", real_bias), layer.bias_scale, sixteen, 1, 0, f"b{i}_q")
        value = g.node("Gemm", [value, weights, bias], f"gemm{i}", transB=1)
        if layer.relu:
            value = g.node("Relu", [value], f"relu{i}")
        last = i == len(network.layers) - 1
        value = quant(value, layer.output.scale, eight, 0 if layer.output.low == 0 else 1, 0, "y" if last else f"act{i}")
    return g, [helper.make_opsetid("", 13), helper.make_opsetid("qonnx.custom_op.general", 1)], 8, network.batch


def storage(q):
    return np.uint8 if q.low == 0 else np.int8


def dynamo_graph(network):
    """What a dynamo export looks like: float weights quantized in the graph, Transpose + MatMul + Add, symbolic batch."""
    g = GraphBuilder()

    def pair(x, scale, zero_point, name):
        scale, zero_point = g.constant(name + "_scale", scale), g.constant(name + "_zero_point", zero_point)
        q = g.node("QuantizeLinear", [x, scale, zero_point], name + "_quantized", f"node_QuantizeLinear_{name}")
        return g.node("DequantizeLinear", [q, scale, zero_point], name, f"node_DequantizeLinear_{name}")

    value = pair("x", network.input.scale, np.int8(0), "x_dq")
    for i, layer in enumerate(network.layers):
        real = f32(layer.weights.T * np.float64(layer.weight.scale))
        weights = pair(g.constant(f"fc{i}.weight", real), layer.weight.scale, np.int8(0), f"weight_{i}")
        turned = g.node("Transpose", [weights], f"t_{i}", f"node_Transpose_{i}", perm=[1, 0])
        value = g.node("MatMul", [value, turned], f"matmul_{i}", f"node_MatMul_{i}")
        scale, zero = g.constant(f"bias_{i}_scale", layer.bias_scale), g.constant(f"bias_{i}_zero_point", np.int32(0))
        stored = g.constant(f"fc{i}.bias", layer.bias.astype(np.int32))
        bias = g.node("DequantizeLinear", [stored, scale, zero], f"bias_{i}", f"node_DequantizeLinear_bias_{i}")
        value = g.node("Add", [value, bias], f"linear_{i}", f"node_Add_{i}")
        if layer.relu:
            value = g.node("Relu", [value], f"relu_{i}", f"node_Relu_{i}")
        last = i == len(network.layers) - 1
        value = pair(value, layer.output.scale, storage(layer.output)(0), "y" if last else f"act_{i}")
    return g, [helper.make_opsetid("", 18)], 10, "batch"


def qcdq_graph(network, trans_a=False):
    """QuantizeLinear and DequantizeLinear on int8 initializers, per channel where the scales are."""
    g = GraphBuilder()

    def pair(x, q, name):
        scale, zero_point = g.constant(name + "_scale", q.scale), g.constant(name + "_zero", storage(q)(q.zero_point))
        stored = g.node("QuantizeLinear", [x, scale, zero_point], name + "_q")
        return g.node("DequantizeLinear", [stored, scale, zero_point], name)

    def dequantized(array, scale, axis, name):
        scale = f32(scale)
        zero = np.zeros(scale.shape, array.dtype)
        attributes = {"axis": axis} if scale.ndim else {}
        inputs = [g.constant(name + "_stored", array), g.constant(name + "_scale", scale), g.constant(name + "_zero", zero)]
        return g.node("DequantizeLinear", inputs, name, **attributes)

    value = pair("x", network.input, "x_dq")
    for i, layer in enumerate(network.layers):
        weights = dequantized(np.ascontiguousarray(layer.weights.T).astype(np.int8), layer.weight.scale, 0, f"w{i}")
        bias = dequantized(layer.bias.astype(np.int32), layer.bias_scale, 0, f"b{i}")
        attributes = {"transB": 1}
        if layer.alpha != 1 or layer.beta != 1:
            attributes.update(alpha=layer.alpha, beta=layer.beta)
        if trans_a and i == 0:
            attributes["transA"] = 1
        value = g.node("Gemm", [value, weights, bias], f"gemm{i}", **attributes)
        if layer.relu:
            value = g.node("Relu", [value], f"relu{i}")
        last = i == len(network.layers) - 1
        value = pair(value, layer.output, "y" if last else f"act{i}")
    return g, [helper.make_opsetid("", 13)], 8, network.batch


def write_model(folder, network, built, transposed_input=False):
    g, opsets, ir_version, batch = built
    columns = network.layers[-1].weights.shape[1]
    x_shape = [network.inputs, batch] if transposed_input else [batch, network.inputs]
    graph = helper.make_graph(g.nodes, network.name,
                              [helper.make_tensor_value_info("x", TensorProto.FLOAT, x_shape)],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, columns])], g.initializers)
    model = helper.make_model(graph, opset_imports=opsets, producer_name="make_models.py", ir_version=ir_version)
    path = folder / network.name
    path.mkdir(parents=True, exist_ok=True)
    (path / "model.onnx").write_bytes(model.SerializeToString())
    rng = np.random.default_rng(sum(network.name.encode()))
    for which in range(len(SETS)):
        x = make_inputs(rng, network, which)
        y = evaluate(network, x)
        data = path / f"test_data_set_{which}"
        data.mkdir(exist_ok=True)
        fed = np.ascontiguousarray(x.T) if transposed_input else x
        (data / "input_0.pb").write_bytes(onnx.numpy_helper.from_array(fed, "x").SerializeToString())
        (data / "output_0.pb").write_bytes(onnx.numpy_helper.from_array(y, "y").SerializeToString())
    lines = [f"# {network.name}", "", network.about, "",
             "Made by `models/make_models.py` from a fixed seed; the goldens come from its own exact evaluator, so expect",
             "equality. Test data sets: " + "; ".join(f"{i} {what}" for i, what in enumerate(SETS)) + ".",
             "", "Licence: as Tilewright; nothing here comes from elsewhere.", ""]
    (path / "README.md").write_text("\n".join(lines))


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent

    network = make_network(np.random.default_rng(1), "mlp_po2_qonnx",
                           "A jet-tagging-like MLP 16-64-32-32-5 as QONNX: 8-bit weights and activations, 16-bit biases,\n"
                           "power-of-two scales.", (16, 64, 32, 32, 5), 8, power_of_two=True)
    write_model(folder, network, qonnx_graph(network))

    network = make_network(np.random.default_rng(2), "mlp_po2_dynamo",
                           "The same kind of MLP as PyTorch's dynamo exporter writes it: float weights behind QuantizeLinear,\n"
                           "Transpose + MatMul + Add, opset 18, a symbolic batch.", (16, 64, 32, 32, 5), 8, power_of_two=True)
    write_model(folder, network, dynamo_graph(network))

    network = make_network(np.random.default_rng(3), "mlp_float_scales",
                           "An MLP 20-48-24-10 with scales that are no powers of two, one for each output channel of the\n"
                           "weights, and uint8 activations with odd zero points.", (20, 48, 24, 10), 8, power_of_two=False,
                           per_channel=True, asymmetric=True)
    write_model(folder, network, qcdq_graph(network))

    network = make_network(np.random.default_rng(4), "gemm_alpha_beta",
                           "Gemm with alpha and beta, one pair of them no powers of two, and odd sizes 7-13-9-3, batch 5.",
                           (7, 13, 9, 3), 5, power_of_two=True)
    for layer, (alpha, beta) in zip(network.layers, ((0.5, 2.0), (0.3, 1.7), (1.0, 0.5))):
        layer.alpha, layer.beta = alpha, beta
    write_model(folder, network, qcdq_graph(network))

    network = make_network(np.random.default_rng(5), "gemm_trans_a",
                           "A first Gemm with transA, so that the input arrives as features x batch; sizes 11-17-3, batch 6.",
                           (11, 17, 3), 6, power_of_two=True)
    write_model(folder, network, qcdq_graph(network, trans_a=True), transposed_input=True)


if __name__ == "__main__":
    main()
