#!/usr/bin/python3
"""Makes the models of importer_cases/: for each way in which real exports break importers a small one, with data.

Usage: make_importer_cases.py [FOLDER]     (needs Debian's python3-onnx and python3-numpy)

Each case is a folder with one or more .onnx files and, where the model computes, input_<i>.pb and output_<i>.pb. The
outputs come from exact rational arithmetic below, which knows nothing of ONNX. The same seed gives the same bytes.
"""

import pathlib
import sys
from fractions import Fraction

import numpy as np
import onnx
import onnx.numpy_helper
from onnx import TensorProto, helper

from make_models import GraphBuilder, f32, half_even

QONNX = "qonnx.custom_op.general"
X_SCALE, Y_SCALE = f32(2.0**-4), f32(2.0**-3)

# --- exact arithmetic -------------------------------------------------------------------------------------------------


def floor(value):
    return value.numerator // value.denominator


def to_nearest(value, tie):
    """Half a step decides by `tie(value)`: whether to go up."""
    low = floor(value)
    rest = value - low
    if rest == Fraction(1, 2):
        return low + 1 if tie(value) else low
    return low + 1 if rest > Fraction(1, 2) else low


ROUNDING = {
    "ROUND": half_even,
    "HALF_EVEN": half_even,
    "FLOOR": floor,
    "CEIL": lambda v: -floor(-v),
    "UP": lambda v: -floor(-v) if v > 0 else floor(v),
    "DOWN": lambda v: floor(v) if v > 0 else -floor(-v),
    "ROUND_TO_ZERO": lambda v: floor(v) if v > 0 else -floor(-v),
    "HALF_UP": lambda v: to_nearest(v, lambda value: value > 0),
    "HALF_DOWN": lambda v: to_nearest(v, lambda value: value < 0),
}


def exact(array):
    """Floats as the fractions that they are."""
    return np.vectorize(lambda v: Fraction(float(v)), otypes=[object])(np.asarray(array))


def quantized(real, scale, low=-128, high=127, zero_point=0, rounding=half_even):
    """What a quantizer makes of exact numbers: integers, rounded once and saturated once."""
    scale = exact(scale)
    stored = np.vectorize(lambda v: rounding(v), otypes=[object])(np.asarray(real) / scale)
    return np.clip(stored + zero_point, low, high)


def dequantized(stored, scale, zero_point=0):
    return (np.asarray(stored) - zero_point) * exact(scale)


def fake_quantized(real, scale, **how):
    return dequantized(quantized(real, scale, **how), scale, how.get("zero_point", 0))


def as_float32(real):
    return np.vectorize(float, otypes=[np.float64])(real).astype(np.float32)


def relu(real):
    return np.vectorize(lambda v: max(v, Fraction(0)), otypes=[object])(real)


# --- the one small network that most cases are a form of ----------------------------------------------------------------

RNG = np.random.default_rng(26)
X = f32(RNG.integers(-40, 41, (2, 4)) / 32)  # half steps among them
W = RNG.integers(-60, 61, (3, 4))  # stored, one row an output
W_SCALE = f32([2.0**-6, 2.0**-5, 2.0**-7])  # per output
BIAS = RNG.integers(-300, 301, (3,))  # in units of the products
BIAS_SCALE = f32(X_SCALE * W_SCALE)


def layer(bias=None, w=W, w_scale=W_SCALE, x=X, low=0, high=255):
    """Quantized input, dense layer, Relu, quantizer: what the network gives, exactly."""
    x_q = fake_quantized(exact(x), X_SCALE)
    bias = exact(BIAS) * exact(BIAS_SCALE) if bias is None else bias
    sums = x_q.dot(np.transpose(w) * exact(w_scale)) + bias
    return fake_quantized(relu(sums), Y_SCALE, low=low, high=high)


def pair(g, x, scale, zero_point, name):
    """QuantizeLinear and DequantizeLinear."""
    parameters = [g.constant(name + "_scale", scale), g.constant(name + "_zero_point", zero_point)]
    stored = g.node("QuantizeLinear", [x, *parameters], name + "_stored")
    return g.node("DequantizeLinear", [stored, *parameters], name)


def stored_constant(g, array, scale, name, **attributes):
    """DequantizeLinear of a constant."""
    scale = f32(scale)
    zero = np.zeros(scale.shape, array.dtype)
    inputs = [g.constant(name + "_stored", array), g.constant(name + "_scale", scale), g.constant(name + "_zero", zero)]
    return g.node("DequantizeLinear", inputs, name, **attributes)


def quant(g, x, scale, bits, output, domain=QONNX, signed=1, narrow=0, mode="ROUND", zero_point=0):
    parameters = [g.constant(f"{output}_{what}", f32(value))
                  for what, value in (("scale", scale), ("zero_point", zero_point), ("bits", bits))]
    return g.node("Quant", [x, *parameters], output, domain=domain, signed=signed, narrow=narrow, rounding_mode=mode)


def weights_and_bias(g):
    w = stored_constant(g, W.astype(np.int8), W_SCALE, "w", axis=0)
    return w, stored_constant(g, BIAS.astype(np.int32), BIAS_SCALE, "b", axis=0)


def gemm_layer(g, x, w, b, output="y"):
    value = g.node("Gemm", [x, w, b], "sums", transB=1)
    value = g.node("Relu", [value], "positive")
    return pair(g, value, Y_SCALE, np.uint8(0), output)


# --- files --------------------------------------------------------------------------------------------------------------


def info(name, array_or_shape, kind=TensorProto.FLOAT):
    shape = array_or_shape.shape if isinstance(array_or_shape, np.ndarray) else array_or_shape
    return helper.make_tensor_value_info(name, kind, shape)


def model_of(g, inputs, outputs, opset=13, ir_version=8, domains=(QONNX,)):
    graph = helper.make_graph(g.nodes, "case", inputs, outputs, g.initializers)
    imports = [helper.make_opsetid("", opset)] + [helper.make_opsetid(domain, 1) for domain in domains]
    return helper.make_model(graph, opset_imports=imports, producer_name="make_importer_cases.py", ir_version=ir_version)


class Case:
    def __init__(self, root, name):
        self.folder = root / name
        self.folder.mkdir(parents=True, exist_ok=True)

    def model(self, model, name="model.onnx"):
        (self.folder / name).write_bytes(model.SerializeToString())

    def data(self, inputs, outputs):
        for kind, arrays in (("input", inputs), ("output", outputs)):
            for i, array in enumerate(arrays):
                array = as_float32(array) if np.asarray(array).dtype == object else np.asarray(array)
                tensor = onnx.numpy_helper.from_array(np.ascontiguousarray(array), f"{kind}_{i}")
                (self.folder / f"{kind}_{i}.pb").write_bytes(tensor.SerializeToString())


def simple(root, name, build, output=None, **how):
    """A case with one model of the usual input and output."""
    g = GraphBuilder()
    build(g)
    case = Case(root, name)
    case.model(model_of(g, [info("x", X)], [info("y", [2, 3])], **how))
    case.data([X], [layer() if output is None else output])


# --- the cases ----------------------------------------------------------------------------------------------------------


def two_exporters(root):
    case = Case(root, "01_two_exporters")
    g = GraphBuilder()
    w, b = weights_and_bias(g)
    gemm_layer(g, pair(g, "x", X_SCALE, np.int8(0), "x_q"), w, b)
    case.model(model_of(g, [info("x", X)], [info("y", [2, 3])]), "torchscript.onnx")
    g = GraphBuilder()
    w, b = weights_and_bias(g)
    x = pair(g, "x", X_SCALE, np.int8(0), "x_q")
    turned = g.node("Transpose", [w], "t", "node_Transpose_0", perm=[1, 0])
    product = g.node("MatMul", [x, turned], "matmul", "node_MatMul_1")
    value = g.node("Relu", [g.node("Add", [product, b], "linear", "node_Add_2")], "positive", "node_Relu_3")
    pair(g, value, Y_SCALE, np.uint8(0), "y")
    case.model(model_of(g, [info("x", X)], [info("y", [2, 3])], opset=18, ir_version=10), "dynamo.onnx")
    case.data([X], [layer()])


def float_weights_quantized_inside(root):
    def build(g):
        real = f32(W * W_SCALE[:, None].astype(np.float64))
        real[0, 0] += W_SCALE[0] / 2  # a tie, which goes to the even side
        scale, zero = g.constant("w_scale", W_SCALE), g.constant("w_zero", np.zeros(3, np.int8))
        stored = g.node("QuantizeLinear", [g.constant("w", real), scale, zero], "w_stored", axis=0)
        w = g.node("DequantizeLinear", [stored, scale, zero], "w_q", axis=0)
        b = stored_constant(g, BIAS.astype(np.int32), BIAS_SCALE, "b", axis=0)
        gemm_layer(g, pair(g, "x", X_SCALE, np.int8(0), "x_q"), w, b)

    w = W.copy()
    w[0, 0] = half_even(Fraction(int(W[0, 0])) + Fraction(1, 2))
    simple(root, "02_float_weights_quantized_inside", build, layer(w=w))


def decomposed_quantizer(root):
    g = GraphBuilder()
    steps = g.node("Div", ["x", g.constant("s", X_SCALE)], "steps")
    whole = g.node("Round", [steps], "whole")
    bounds = [g.constant("low", f32(-128)), g.constant("high", f32(127))]
    g.node("Mul", [g.node("Clip", [whole, *bounds], "clipped"), "s"], "y")
    Case(root, "03_decomposed_quantizer").model(model_of(g, [info("x", X)], [info("y", X)]))


def dequantize_only_weights(root):
    def build(g):
        w, b = weights_and_bias(g)
        gemm_layer(g, pair(g, "x", X_SCALE, np.int8(0), "x_q"), w, b)

    simple(root, "04_dequantize_only_weights", build)


def quant_in_four_domains(root):
    def build(g):
        x = quant(g, "x", X_SCALE, 8, "x_q", domain="onnx.brevitas")
        real = f32(W * W_SCALE[:, None].astype(np.float64))
        w = quant(g, g.constant("w", real), W_SCALE[:, None], 8, "w_q", domain="finn", narrow=1)
        real_bias = f32(BIAS * BIAS_SCALE.astype(np.float64))
        b = quant(g, g.constant("b", real_bias), BIAS_SCALE, 16, "b_q", domain="finn.custom_op.general")
        value = g.node("Relu", [g.node("Gemm", [x, w, b], "sums", transB=1)], "positive")
        quant(g, value, Y_SCALE, 8, "y", domain=QONNX, signed=0)

    simple(root, "05_quant_in_four_domains", build, domains=())


def parameters_behind_nodes(root):
    def build(g):
        def constant(name, array):
            value = onnx.numpy_helper.from_array(np.asarray(array), name)
            return g.node("Constant", [], name, value=value)

        scale = g.node("Identity", [constant("s0", X_SCALE)], "s1")
        zero = g.node("Cast", [constant("z0", np.int64(0))], "z1", to=TensorProto.FLOAT)
        bits = g.node("Reshape", [constant("b0", f32([[8]])), constant("shape", np.array([1]))], "b1")
        x = g.node("Quant", ["x", scale, zero, bits], "x_q", domain=QONNX, signed=1, narrow=0, rounding_mode="ROUND")
        stored = constant("w0", W.astype(np.int8))
        w = g.node("DequantizeLinear", [stored, constant("ws", W_SCALE), constant("wz", np.zeros(3, np.int8))], "w", axis=0)
        b = stored_constant(g, BIAS.astype(np.int32), BIAS_SCALE, "b", axis=0)
        sums = g.node("Gemm", [x, w, b], "sums", transB=1)
        # Relu as a Clip whose bound comes through a Cast.
        low = g.node("Cast", [constant("l0", np.float64(0))], "l1", to=TensorProto.FLOAT)
        pair(g, g.node("Clip", [sums, low], "positive"), Y_SCALE, np.uint8(0), "y")

    simple(root, "06_parameters_behind_nodes", build)


def parameter_ranks(root):
    def build(g):
        x = quant(g, "x", f32([[X_SCALE]]), f32([8]), "x_q", zero_point=f32([0]))
        real = f32(W * W_SCALE[:, None].astype(np.float64))
        w = quant(g, g.constant("w", real), W_SCALE[:, None], 8, "w_q", zero_point=f32(0))
        b = quant(g, g.constant("b", f32(BIAS * BIAS_SCALE.astype(np.float64))), BIAS_SCALE, 16, "b_q",
                  zero_point=f32([0]))
        value = g.node("Relu", [g.node("Gemm", [x, w, b], "sums", transB=1)], "positive")
        quant(g, value, f32([Y_SCALE]), 8, "y", signed=0, zero_point=f32([[0]]))

    simple(root, "07_parameter_ranks", build)


def axis_follows_transpose(root):
    def build(g):
        w = stored_constant(g, np.ascontiguousarray(W.astype(np.int8)), W_SCALE, "w", axis=-2)
        turned = g.node("Transpose", [w], "w_turned", perm=[1, 0])
        b = stored_constant(g, BIAS.astype(np.int32), BIAS_SCALE, "b", axis=0)
        product = g.node("MatMul", [pair(g, "x", X_SCALE, np.int8(0), "x_q"), turned], "product")
        value = g.node("Relu", [g.node("Add", [product, b], "sums")], "positive")
        pair(g, value, Y_SCALE, np.uint8(0), "y")

    simple(root, "08_axis_follows_transpose", build)


def no_zero_point(root):
    def build(g):
        scale = g.constant("x_scale", X_SCALE)
        x = g.node("DequantizeLinear", [g.node("QuantizeLinear", ["x", scale], "x_stored"), scale], "x_q")
        w, b = weights_and_bias(g)
        gemm_layer(g, x, w, b)

    unsigned = fake_quantized(exact(X), X_SCALE, low=0, high=255)  # without a zero point the type is uint8
    sums = unsigned.dot(np.transpose(W) * exact(W_SCALE)) + exact(BIAS) * exact(BIAS_SCALE)
    simple(root, "09_no_zero_point", build, fake_quantized(relu(sums), Y_SCALE, low=0, high=255))


def clip_below_8_bits(root):
    def build(g):
        parameters = [g.constant("x_scale", X_SCALE), g.constant("x_zero", np.int8(0))]
        stored = g.node("QuantizeLinear", ["x", *parameters], "x_stored")
        bounds = [g.constant("low", np.int8(-7)), g.constant("high", np.int8(7))]
        narrow = g.node("Clip", [stored, *bounds], "x_narrow")
        w, b = weights_and_bias(g)
        gemm_layer(g, g.node("DequantizeLinear", [narrow, *parameters], "x_q"), w, b)

    x = fake_quantized(exact(X), X_SCALE, low=-7, high=7)
    sums = x.dot(np.transpose(W) * exact(W_SCALE)) + exact(BIAS) * exact(BIAS_SCALE)
    simple(root, "10_clip_below_8_bits", build, fake_quantized(relu(sums), Y_SCALE, low=0, high=255))


def rounding_modes(root):
    g = GraphBuilder()
    x = f32(np.arange(-12, 12).reshape(2, 12) / 8)
    fine = quant(g, "x", f32(0.125), f32(8), "x_q")
    outputs, expected = [], []
    for mode in ROUNDING:
        name = "y_" + mode.lower()
        quant(g, fine, f32(0.25), f32(4), name, mode=mode)
        outputs.append(info(name, x))
        expected.append(fake_quantized(exact(x), f32(0.25), low=-8, high=7, rounding=ROUNDING[mode]))
    case = Case(root, "11_rounding_modes")
    case.model(model_of(g, [info("x", x)], outputs))
    case.data([x], expected)


def bias_forms(root):
    g = GraphBuilder()
    x = pair(g, "x", X_SCALE, np.int8(0), "x_q")
    w, stored = weights_and_bias(g)
    real = f32([0.3, -0.7, 1.1])  # no multiple of any scale here
    own_scale = f32(2.0**-2)
    biases = {"y_stored": stored, "y_real": g.constant("real", real),
              "y_own": quant(g, "real", own_scale, 8, "own")}
    for name, bias in biases.items():
        pair(g, g.node("Gemm", [x, w, bias], name + "_sums", transB=1), Y_SCALE, np.int8(0), name)
    product = fake_quantized(exact(X), X_SCALE).dot(np.transpose(W) * exact(W_SCALE))
    addends = [exact(BIAS) * exact(BIAS_SCALE), exact(real), fake_quantized(exact(real), own_scale)]
    case = Case(root, "12_bias_forms")
    case.model(model_of(g, [info("x", X)], [info(name, [2, 3]) for name in biases]))
    case.data([X], [fake_quantized(product + addend, Y_SCALE) for addend in addends])


def nothing_to_do(root):
    def build(g):
        x = g.node("Dropout", [g.node("Identity", ["x"], "same")], "kept")
        x = pair(g, g.node("Pad", [x, g.constant("pads", np.zeros(4, np.int64))], "padded"), X_SCALE, np.int8(0), "x_q")
        x = g.node("Mul", [x, g.constant("one", f32(1))], "times_one")
        w, b = weights_and_bias(g)
        gemm_layer(g, g.node("Pad", [x, "pads"], "padded_again"), w, b)

    simple(root, "13_nothing_to_do", build)


def batch_norm_behind_layer(root):
    scale, shift, mean = f32([1.25, 0.75, -2]), f32([0.5, -0.25, 1]), f32([0.125, -0.5, 0.25])
    variance, epsilon = f32([1.7, 0.6, 2.2]), 1e-5

    def build(g):
        w, b = weights_and_bias(g)
        sums = g.node("Gemm", [pair(g, "x", X_SCALE, np.int8(0), "x_q"), w, b], "sums", transB=1)
        parameters = [g.constant(n, v) for n, v in (("scale", scale), ("shift", shift), ("mean", mean), ("var", variance))]
        normal = g.node("BatchNormalization", [sums, *parameters], "normal", epsilon=epsilon)
        pair(g, g.node("Relu", [normal], "positive"), Y_SCALE, np.uint8(0), "y")

    factor = f32(scale.astype(np.float64) / np.sqrt(variance.astype(np.float64) + float(np.float32(epsilon))))
    sums = fake_quantized(exact(X), X_SCALE).dot(np.transpose(W) * exact(W_SCALE)) + exact(BIAS) * exact(BIAS_SCALE)
    normal = (sums - exact(mean)) * exact(factor) + exact(shift)
    simple(root, "14_batch_norm_behind_layer", build, fake_quantized(relu(normal), Y_SCALE, low=0, high=255))


def views_between_quantizers(root):
    def build(g):
        x = pair(g, "x", X_SCALE, np.int8(0), "x_q")
        x = g.node("Unsqueeze", [x, g.constant("axes", np.array([0]))], "lifted")
        x = pair(g, x, X_SCALE, np.int8(0), "lifted_q")
        x = g.node("Transpose", [x], "turned", perm=[0, 2, 1])
        x = g.node("Transpose", [pair(g, x, X_SCALE, np.int8(0), "turned_q")], "back", perm=[0, 2, 1])
        x = g.node("Reshape", [x, g.constant("shape", np.array([2, 4]))], "flat")
        w, b = weights_and_bias(g)
        gemm_layer(g, pair(g, x, X_SCALE, np.int8(0), "flat_q"), w, b)

    simple(root, "15_views_between_quantizers", build)


def flatten_after_channels_first(root):
    rng = np.random.default_rng(16)
    x = f32(rng.integers(-30, 31, (1, 2, 4, 3)) / 16)
    kernel = rng.integers(-50, 51, (3, 2, 2, 2))
    dense = rng.integers(-50, 51, (5, 3 * 3 * 2))
    scale = f32(2.0**-6)
    g = GraphBuilder()
    value = pair(g, "x", X_SCALE, np.int8(0), "x_q")
    value = g.node("Conv", [value, stored_constant(g, kernel.astype(np.int8), scale, "k")], "conv")
    value = pair(g, g.node("Relu", [value], "positive"), Y_SCALE, np.uint8(0), "c_q")
    value = g.node("Flatten", [value], "flat")
    value = g.node("Gemm", [value, stored_constant(g, dense.astype(np.int8), scale, "d")], "sums", transB=1)
    pair(g, value, f32(1), np.int8(0), "y")
    image = fake_quantized(exact(x), X_SCALE)
    conv = np.zeros((1, 3, 3, 2), object)
    for (n, m, i, j), _ in np.ndenumerate(conv):
        conv[n, m, i, j] = (image[n, :, i:i + 2, j:j + 2] * kernel[m]).sum() * Fraction(float(scale))
    conv = fake_quantized(relu(conv), Y_SCALE, low=0, high=255)
    sums = conv.reshape(1, -1).dot(np.transpose(dense)) * Fraction(float(scale))
    case = Case(root, "16_flatten_after_channels_first")
    case.model(model_of(g, [info("x", x)], [info("y", [1, 5])]))
    case.data([x], [fake_quantized(sums, f32(1))])


def symbolic_batch(root):
    g = GraphBuilder()
    w, b = weights_and_bias(g)
    gemm_layer(g, pair(g, "x", X_SCALE, np.int8(0), "x_q"), w, b)
    case = Case(root, "17_symbolic_batch")
    case.model(model_of(g, [info("x", ["N", 4])], [info("y", ["N", 3])]))
    case.data([X], [layer()])


def axes_attribute_or_input(root):
    case = Case(root, "18_axes_attribute_or_input")
    for opset in (11, 13):
        g = GraphBuilder()

        def view(op, x, output):
            if opset < 13:
                return g.node(op, [x], output, axes=[1])
            return g.node(op, [x, g.constant(output + "_axes", np.array([1]))], output)

        x = pair(g, "x", X_SCALE, np.int8(0), "x_q")
        x = view("Squeeze", view("Unsqueeze", x, "lifted"), "flat")
        real = stored_constant(g, W.astype(np.int8), f32(2.0**-6), "w")
        value = g.node("Relu", [g.node("Gemm", [x, real], "sums", transB=1)], "positive")
        pair(g, value, Y_SCALE, np.uint8(0), "y")
        case.model(model_of(g, [info("x", X)], [info("y", [2, 3])], opset=opset), f"opset{opset}.onnx")
    case.data([X], [layer(bias=exact(np.zeros(3)), w_scale=f32(2.0**-6))])


def newer_versions(root):
    case = Case(root, "19_newer_versions")
    for name, opset, ir_version in (("model.onnx", 23, 99), ("unknown_opset.onnx", 99, 10)):
        g = GraphBuilder()
        w, b = weights_and_bias(g)
        gemm_layer(g, pair(g, "x", X_SCALE, np.int8(0), "x_q"), w, b)
        case.model(model_of(g, [info("x", X)], [info("y", [2, 3])], opset=opset, ir_version=ir_version), name)
    case.data([X], [layer()])


def float64_initializers(root):
    def build(g):
        def wide(x, scale, bits, output, **attributes):
            names = [g.constant(f"{output}_{i}", np.float64(v)) for i, v in enumerate((scale, 0, bits))]
            return g.node("Quant", [x, *names], output, domain=QONNX, narrow=0, rounding_mode="ROUND", **attributes)

        x = wide("x", X_SCALE, 8, "x_q", signed=1)
        w, b = weights_and_bias(g)
        value = g.node("Relu", [g.node("Gemm", [x, w, b], "sums", transB=1)], "positive")
        # One third has no float32: rounding it to one would move the boundaries.
        wide(value, 1 / 3, 8, "y", signed=0)

    x = fake_quantized(exact(X), X_SCALE)
    sums = x.dot(np.transpose(W) * exact(W_SCALE)) + exact(BIAS) * exact(BIAS_SCALE)
    simple(root, "20_float64_initializers", build, fake_quantized(relu(sums), np.float64(1 / 3), low=0, high=255))


def unnamed_nodes(root):
    g = GraphBuilder()
    w, b = weights_and_bias(g)
    gemm_layer(g, pair(g, "x", X_SCALE, np.int8(0), "x_q"), w, b)
    for i, node in enumerate(g.nodes):
        node.name = "" if i % 2 else "twice"
    case = Case(root, "21_unnamed_nodes")
    model = model_of(g, [info("x", X)], [info("y", [2, 3])])
    model.graph.output[0].type.tensor_type.ClearField("shape")
    case.model(model)
    case.data([X], [layer()])


def unequal_scales(root):
    other = f32(0.07)  # no power of two, and no ratio to the other one
    left = fake_quantized(exact(X), X_SCALE)
    right = fake_quantized(exact(X), other)
    case = Case(root, "22_unequal_scales")
    g = GraphBuilder()
    branches = [pair(g, "x", X_SCALE, np.int8(0), "a"), pair(g, "x", other, np.int8(0), "b")]
    pair(g, g.node("Add", branches, "sum"), f32(0.11), np.int8(0), "y_add")
    pair(g, g.node("Concat", branches, "joined", axis=1), f32(0.11), np.int8(3), "y_concat")
    case.model(model_of(g, [info("x", X)], [info("y_add", X), info("y_concat", [2, 8])]))
    case.data([X], [fake_quantized(left + right, f32(0.11)),
                    fake_quantized(np.concatenate([left, right], 1), f32(0.11), zero_point=3)])


def trunc_and_bipolar(root):
    rng = np.random.default_rng(23)
    x = f32(rng.integers(0, 64, (1, 2, 4, 4)) / 16)
    g = GraphBuilder()
    fine = quant(g, "x", X_SCALE, 6, "x_q", signed=0)
    average = g.node("AveragePool", [fine], "average", kernel_shape=[2, 2], strides=[2, 2])
    summed = g.node("Mul", [average, g.constant("four", f32(4))], "summed")
    real = fake_quantized(exact(x), X_SCALE, low=0, high=63)
    sums = real.reshape(1, 2, 2, 2, 2, 2).sum(axis=(3, 5))
    expected = []
    zero, scale, from_bits, to_bits = (g.constant(n, f32(v))
                                       for n, v in (("zero", 0), ("scale", X_SCALE), ("in", 8), ("out", 6)))
    for mode in ("FLOOR", "ROUND"):
        g.node("Trunc", [summed, scale, zero, from_bits, to_bits], "y_" + mode.lower(), domain=QONNX, rounding_mode=mode)
        cut = np.vectorize(ROUNDING[mode], otypes=[object])(sums / exact(X_SCALE) / 4)
        expected.append(cut * exact(X_SCALE))
    out_scale = g.constant("out_scale", f32(X_SCALE * 4))
    g.node("Trunc", [summed, scale, zero, from_bits, out_scale, to_bits], "y_scaled", domain=QONNX,
           rounding_mode="FLOOR", signed=0, narrow=0)
    cut = np.vectorize(floor, otypes=[object])(sums / exact(X_SCALE) / 4)
    expected.append(np.clip(cut, 0, 63) * exact(X_SCALE) * 4)
    shifted = g.node("Add", [fine, g.constant("two", f32(-2))], "shifted")
    g.node("BipolarQuant", [shifted, g.constant("step", f32(0.3))], "y_bipolar", domain=QONNX)
    expected.append(np.vectorize(lambda v: Fraction(float(f32(0.3))) * (1 if v >= 2 else -1), otypes=[object])(real))
    case = Case(root, "23_trunc_and_bipolar")
    pooled = [info("y_" + name, [1, 2, 2, 2]) for name in ("floor", "round", "scaled")]
    case.model(model_of(g, [info("x", x)], [*pooled, info("y_bipolar", x)]))
    case.data([x], expected)


def several_inputs_and_outputs(root):
    second = f32(RNG.integers(-40, 41, (2, 4)) / 32)
    g = GraphBuilder()
    w, b = weights_and_bias(g)
    expected = []
    for name, x in (("left", X), ("right", second)):
        sums = g.node("Gemm", [pair(g, name, X_SCALE, np.int8(0), name + "_q"), w, b], name + "_sums", transB=1)
        pair(g, g.node("Relu", [sums], name + "_positive"), Y_SCALE, np.uint8(0), "y_" + name)
        expected.append(layer(x=x))
    case = Case(root, "24_several_inputs_and_outputs")
    case.model(model_of(g, [info("left", X), info("right", X)], [info("y_left", [2, 3]), info("y_right", [2, 3])]))
    case.data([X, second], expected)


def external_data(root):
    case = Case(root, "25_external_data")
    (case.folder / "weights.bin").write_bytes(b"skip" + W.astype(np.int8).tobytes())
    for name, location in (("model.onnx", "weights.bin"), ("missing.onnx", "no_such_file.bin"),
                           ("outside.onnx", "../25_external_data/weights.bin")):
        g = GraphBuilder()
        w, b = weights_and_bias(g)
        gemm_layer(g, pair(g, "x", X_SCALE, np.int8(0), "x_q"), w, b)
        stored = next(t for t in g.initializers if t.name == "w_stored")
        stored.ClearField("raw_data")
        stored.data_location = TensorProto.EXTERNAL
        for key, value in (("location", location), ("offset", "4"), ("length", "12")):
            entry = stored.external_data.add()
            entry.key, entry.value = key, value
        case.model(model_of(g, [info("x", X)], [info("y", [2, 3])]), name)
    case.data([X], [layer()])


def fake_quantized_weights(root):
    case = Case(root, "26_fake_quantized_weights")
    for name, off in (("model.onnx", 0.0), ("rounded.onnx", 0.25)):
        g = GraphBuilder()
        x = quant(g, "x", X_SCALE, 8, "x_q")
        real = f32((W + np.where(W == W[1, 2], off, 0)) * W_SCALE[:, None].astype(np.float64))
        w = quant(g, g.constant("w", real), W_SCALE[:, None], 8, "w_q", narrow=1)
        b = stored_constant(g, BIAS.astype(np.int32), BIAS_SCALE, "b", axis=0)
        value = g.node("Relu", [g.node("Gemm", [x, w, b], "sums", transB=1)], "positive")
        quant(g, value, Y_SCALE, 8, "y", signed=0)
        case.model(model_of(g, [info("x", X)], [info("y", [2, 3])]), name)
    case.data([X], [layer()])


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "importer_cases"
    for make in (two_exporters, float_weights_quantized_inside, decomposed_quantizer, dequantize_only_weights,
                 quant_in_four_domains, parameters_behind_nodes, parameter_ranks, axis_follows_transpose, no_zero_point,
                 clip_below_8_bits, rounding_modes, bias_forms, nothing_to_do, batch_norm_behind_layer,
                 views_between_quantizers, flatten_after_channels_first, symbolic_batch, axes_attribute_or_input,
                 newer_versions, float64_initializers, unnamed_nodes, unequal_scales, trunc_and_bipolar,
                 several_inputs_and_outputs, external_data, fake_quantized_weights):
        make(root)


if __name__ == "__main__":
    main()
