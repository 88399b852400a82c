#!/usr/bin/python3
"""Makes cnn_poolings: poolings of sums of products, and poolings over a whole image.

Usage: make_pooling_model.py [FOLDER]     (needs Debian's python3-onnx and python3-numpy)

The goldens are computed below in exact fractions; the normalization's factor is one.
"""

import pathlib
import sys
from fractions import Fraction

import numpy as np
import onnx
import onnx.numpy_helper
from onnx import TensorProto, helper

from make_models import GraphBuilder, f32, half_even

HEIGHT, WIDTH, INPUTS, OUTPUTS = 44, 36, 2, 6

exact = np.vectorize(lambda v: Fraction(float(v)), otypes=[object])


def quantized(values, scale, zero_point, element):
    limits = np.iinfo(element)
    step = Fraction(float(scale))

    def stored(v):
        return (min(max(half_even(v / step) + zero_point, int(limits.min)), int(limits.max)) - zero_point) * step

    return np.vectorize(stored, otypes=[object])(values)


def convolved(x, weights):
    """3 x 3, padded with zeros."""
    padded = np.full((INPUTS, HEIGHT + 2, WIDTH + 2), Fraction(0), dtype=object)
    padded[:, 1:-1, 1:-1] = x
    y = np.full((OUTPUTS, HEIGHT, WIDTH), Fraction(0), dtype=object)
    for o in range(OUTPUTS):
        for i in range(INPUTS):
            for row in range(3):
                for column in range(3):
                    y[o] += weights[o, i, row, column] * padded[i, row:row + HEIGHT, column:column + WIDTH]
    return y


def largest_of_4(x):
    return np.maximum(np.maximum(x[:, 0::2, 0::2], x[:, 1::2, 0::2]), np.maximum(x[:, 0::2, 1::2], x[:, 1::2, 1::2]))


def average_of_4(x):
    return (x[:, 0::2, 0::2] + x[:, 1::2, 0::2] + x[:, 0::2, 1::2] + x[:, 1::2, 1::2]) / 4


def main():
    folder = (pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent) / "cnn_poolings"
    folder.mkdir(parents=True, exist_ok=True)
    rng, g = np.random.default_rng(31), GraphBuilder()

    def quantizer(x, name, scale, zero_point, element):
        parameters = [g.constant(name + "_scale", f32(scale)), g.constant(name + "_zero", element(zero_point))]
        g.node("DequantizeLinear", [g.node("QuantizeLinear", [x] + parameters, name + "_q")] + parameters, name)

    def numbers(low, high):
        return f32(np.round(rng.uniform(low, high, OUTPUTS) * 64) / 64)

    weights = rng.integers(-127, 128, (OUTPUTS, INPUTS, 3, 3)).astype(np.int8)
    weight_scale = f32(rng.uniform(0.001, 0.004, OUTPUTS))
    factor, bias, mean = numbers(0.5, 1.5), numbers(-0.5, 0.5), numbers(-0.5, 0.5)
    factor[1] = -factor[1]  # what is largest becomes smallest
    quantizer("x", "a", 0.03, 9, np.int8)
    g.node("DequantizeLinear", [g.constant("w_stored", weights), g.constant("w_scale", weight_scale),
                                g.constant("w_zero", np.zeros(OUTPUTS, np.int8))], "w", axis=0)
    g.node("Conv", ["a", "w"], "sums", pads=[1, 1, 1, 1])
    pool = {"kernel_shape": [2, 2], "strides": [2, 2]}
    # LeNet's order: the largest sum, normalized, then rectified.
    g.node("MaxPool", ["sums"], "largest", **pool)
    g.node("BatchNormalization", ["largest", g.constant("factor", factor), g.constant("bias", bias),
                                  g.constant("mean", mean), g.constant("variance", f32(np.full(OUTPUTS, 1)))],
           "normal", epsilon=0.0)
    g.node("Relu", ["normal"], "rectified")
    quantizer("rectified", "y0", 0.011, 0, np.uint8)
    # Normalized, the largest, then rectified.
    g.node("BatchNormalization", ["sums", "factor", "bias", "mean", "variance"], "normal_sums", epsilon=0.0)
    g.node("MaxPool", ["normal_sums"], "largest_normal", **pool)
    g.node("Relu", ["largest_normal"], "rectified_largest")
    quantizer("rectified_largest", "y1", 0.012, 0, np.uint8)
    # Over the whole image.
    g.node("GlobalAveragePool", ["a"], "average")
    quantizer("average", "y2", 0.004, -5, np.int8)
    g.node("GlobalMaxPool", ["a"], "y3")

    # The average of rectified sums.
    g.node("Relu", ["sums"], "rectified_sums")
    g.node("AveragePool", ["rectified_sums"], "average_sums", **pool)
    quantizer("average_sums", "y4", 0.008, 0, np.uint8)

    outputs = {"y0": (OUTPUTS, HEIGHT // 2, WIDTH // 2), "y1": (OUTPUTS, HEIGHT // 2, WIDTH // 2), "y2": (INPUTS, 1, 1),
               "y3": (INPUTS, 1, 1), "y4": (OUTPUTS, HEIGHT // 2, WIDTH // 2)}
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, *shape]) for name, shape in outputs.items()]
    shape = [1, INPUTS, HEIGHT, WIDTH]
    graph = helper.make_graph(g.nodes, "cnn_poolings", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                              infos, g.initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)],
                              producer_name="make_pooling_model.py", ir_version=8)
    (folder / "model.onnx").write_bytes(model.SerializeToString())

    real_weights = exact(weights) * exact(weight_scale)[:, None, None, None]
    f, b, m = (exact(v)[:, None, None] for v in (factor, bias, mean))
    for n, spread in enumerate((1, 3, 0.1)):
        x = f32(rng.normal(0.2, spread, shape))
        a = quantized(np.vectorize(lambda v: Fraction(float(np.float32(v / f32(0.03)))) * Fraction(float(f32(0.03))),
                                   otypes=[object])(x[0]), f32(0.03), 9, np.int8)
        sums = convolved(a, real_weights)
        rectify = np.vectorize(lambda v: max(v, Fraction(0)), otypes=[object])
        values = [quantized(rectify((largest_of_4(sums) - m) * f + b), f32(0.011), 0, np.uint8),
                  quantized(rectify(largest_of_4((sums - m) * f + b)), f32(0.012), 0, np.uint8),
                  quantized(a.sum(axis=(1, 2)) / (HEIGHT * WIDTH), f32(0.004), -5, np.int8).reshape(INPUTS, 1, 1),
                  a.max(axis=(1, 2)).reshape(INPUTS, 1, 1),
                  quantized(average_of_4(rectify(sums)), f32(0.008), 0, np.uint8)]
        data = folder / f"test_data_set_{n}"
        data.mkdir(exist_ok=True)
        (data / "input_0.pb").write_bytes(onnx.numpy_helper.from_array(x, "x").SerializeToString())
        for i, (name, value) in enumerate(zip(outputs, values)):
            array = value.astype(np.float64).astype(np.float32)[None]
            (data / f"output_{i}.pb").write_bytes(onnx.numpy_helper.from_array(array, name).SerializeToString())
    (folder / "README.md").write_text(
        "# cnn_poolings\n\nThe largest sums of a convolution, normalized and rectified in both orders, one factor "
        "negative; averages of\nrectified sums; averages and the largest elements of a whole image.\n\nMade by `models/make_pooling_model.py` from a "
        "fixed seed, which computes the goldens, too.\n\nLicence: as Tilewright; nothing here comes from elsewhere.\n")


if __name__ == "__main__":
    main()
