#!/usr/bin/python3
"""Makes mlp_host_parts and mlp_tables: networks with functions of real numbers in front of, between and behind layers.

Usage: make_function_models.py [FOLDER]     (needs Debian's python3-onnx and python3-numpy)

The goldens come from the arithmetic below: integers and fractions from the first quantizer on, functions in double
precision. The seeds are such that no value lies near a rounding boundary, so double precision decides all of them.
"""

import math
import pathlib
import sys
from fractions import Fraction

import numpy as np
import onnx
import onnx.numpy_helper
from onnx import TensorProto, helper

from make_models import GraphBuilder, f32, half_even

MARGIN = 1e-6  # of a step: nothing may be nearer to a tie


class Network:
    """Builds the graph and computes it at once, on three data sets."""

    def __init__(self, seed, name, inputs):
        self.rng, self.name, self.g = np.random.default_rng(seed), name, GraphBuilder()
        self.inputs = inputs
        self.values = {"x": inputs}  # exact fractions, or floats in front of quantizers and behind islands
        self.count = 0

    def fresh(self, stem):
        self.count += 1
        return f"{stem}_{self.count}"

    def op(self, op, inputs, compute, **attributes):
        output = self.g.node(op, inputs, self.fresh(op.lower()), **attributes)
        self.values[output] = [compute(*(self.values[i][n] for i in inputs)) for n in range(3)]
        return output

    def constant(self, value):
        name = self.g.constant(self.fresh("c"), f32(value))
        self.values[name] = [np.vectorize(lambda v: Fraction(float(v)), otypes=[object])(f32(value))] * 3
        return name

    def quantize(self, x, scale, zero_point, element, name=None):
        """Division in float32 where the operand is float; else exact."""
        limits = np.iinfo(element)
        scale = f32(scale)

        def stored(v):
            if isinstance(v, np.float32):
                ratio = float(np.float32(v / scale))
                near_tie = False
            else:
                ratio = Fraction(v) / Fraction(float(scale)) if not isinstance(v, float) else v / float(scale)
                near_tie = isinstance(v, float) and abs(abs(ratio - math.floor(ratio)) - 0.5) < MARGIN
            assert not near_tie, "choose another seed"
            q = min(max(half_even(ratio) + zero_point, int(limits.min)), int(limits.max))
            return (q - zero_point) * Fraction(float(scale))

        each = np.vectorize(stored, otypes=[object])
        name = name or self.fresh("a")
        parameters = [self.g.constant(name + "_scale", scale), self.g.constant(name + "_zero", element(zero_point))]
        integers = self.g.node("QuantizeLinear", [x] + parameters, name + "_q")
        self.g.node("DequantizeLinear", [integers] + parameters, name)
        self.values[name] = [each(v) for v in self.values[x]]
        return name

    def dense(self, x, columns):
        rows = self.values[x][0].shape[1]
        stored = np.clip(np.rint(self.rng.normal(0, 40, (rows, columns))), -127, 127).astype(np.int8)
        name, scale = self.fresh("w"), f32(1 / 256)
        parameters = [self.g.constant(name + "_stored", stored), self.g.constant(name + "_scale", scale),
                      self.g.constant(name + "_zero", np.int8(0))]
        self.g.node("DequantizeLinear", parameters, name)
        weights = stored.astype(object) * Fraction(float(scale))
        output = self.g.node("MatMul", [x, name], self.fresh("matmul"))
        self.values[output] = [v.dot(weights) for v in self.values[x]]
        return output

    def function(self, op, x, f, **attributes):
        return self.op(op, [x], np.vectorize(lambda v: float(f(float(v))), otypes=[object]), **attributes)

    def write(self, folder, outputs, about):
        path = folder / self.name
        path.mkdir(parents=True, exist_ok=True)
        infos = []
        for name in outputs:
            element = TensorProto.INT64 if self.values[name][0].dtype == np.int64 else TensorProto.FLOAT
            infos.append(helper.make_tensor_value_info(name, element, list(self.values[name][0].shape)))
        graph = helper.make_graph(self.g.nodes, self.name,
                                  [helper.make_tensor_value_info("x", TensorProto.FLOAT, list(self.inputs[0].shape))],
                                  infos, self.g.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)],
                                  producer_name="make_function_models.py", ir_version=8)
        (path / "model.onnx").write_bytes(model.SerializeToString())
        for n in range(3):
            data = path / f"test_data_set_{n}"
            data.mkdir(exist_ok=True)
            (data / "input_0.pb").write_bytes(onnx.numpy_helper.from_array(self.inputs[n], "x").SerializeToString())
            for i, name in enumerate(outputs):
                value = self.values[name][n]
                value = value if value.dtype == np.int64 else value.astype(np.float64).astype(np.float32)
                (data / f"output_{i}.pb").write_bytes(onnx.numpy_helper.from_array(value, name).SerializeToString())
        (path / "README.md").write_text(
            f"# {self.name}\n\n{about}\n\nMade by `models/make_function_models.py` from a fixed seed, which computes the "
            "goldens, too.\n\nLicence: as Tilewright; nothing here comes from elsewhere.\n")


def inputs_of(seed, shape):
    rng = np.random.default_rng(seed)
    return [f32(rng.normal(0, spread, shape)) for spread in (1, 10, 0.05)]


def softmax(v):
    e = np.exp(v.astype(np.float64) - v.astype(np.float64).max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True)).astype(object)


def host_parts(folder):
    n = Network(11, "mlp_host_parts", inputs_of(11, (8, 16)))
    mean, deviation = f32(0.25), f32(1.5)
    in_float32 = lambda f: np.vectorize(lambda v: np.float32(f(np.float32(v))), otypes=[object])
    centred = n.op("Sub", ["x", n.constant(mean)], lambda v, c: in_float32(lambda e: e - mean)(v))
    normal = n.op("Div", [centred, n.constant(deviation)], lambda v, c: in_float32(lambda e: e / deviation)(v))
    a = n.quantize(normal, 1 / 32, 0, np.int8)
    b = n.quantize(n.dense(a, 24), 1 / 16, 0, np.int8)
    island = n.op("Softmax", [b], softmax, axis=1)
    c = n.quantize(island, 1 / 256, -128, np.int8)
    d = n.quantize(n.dense(c, 5), 1 / 128, 0, np.int8, "scores")
    chances = n.op("Softmax", [d], softmax, axis=1)
    best = n.op("ArgMax", [d], lambda v: np.argmax(v.astype(np.float64), axis=1).astype(np.int64), axis=1, keepdims=0)
    n.write(folder, [chances, best],
            "Normalization in front, a softmax between two dense layers, softmax and argmax behind them: what the host\n"
            "computes. The softmax in the middle needs `--allow-host-islands`.")


def tables(folder):
    n = Network(12, "mlp_tables", inputs_of(12, (8, 16)))
    sigmoid = lambda v: 1 / (1 + math.exp(-v))
    multiply = lambda a, b: np.vectorize(lambda v, w: float(v) * float(w), otypes=[object])(a, b)
    a = n.quantize(n.dense(n.quantize("x", 0.03, 0, np.int8), 32), 0.05, 0, np.int8)
    # SiLU with a quantizer behind the sigmoid, as static quantization writes it.
    gate = n.quantize(n.function("Sigmoid", a, sigmoid), 1 / 256, -128, np.int8)
    exact = lambda v, w: v * w
    silu = n.quantize(n.op("Mul", [a, gate], exact), 0.04, -100, np.int8)
    b = n.quantize(n.dense(silu, 24), 0.045, 128, np.uint8)
    # GELU as exporters take it apart.
    root = n.constant(math.sqrt(2))
    ratio = n.op("Div", [b, root], lambda v, c: v / c)
    erf = n.function("Erf", ratio, math.erf)
    summed = n.op("Add", [erf, n.constant(1)], lambda v, c: np.vectorize(lambda e: float(e) + 1, otypes=[object])(v))
    halved = n.op("Mul", [n.op("Mul", [b, summed], multiply), n.constant(0.5)],
                  lambda v, c: np.vectorize(lambda e: float(e) / 2, otypes=[object])(v))
    gelu = n.quantize(halved, 0.03, 5, np.uint8)
    c = n.quantize(n.dense(gelu, 12), 0.02, 0, np.int8)
    tanh = n.quantize(n.function("Tanh", c, math.tanh), 1 / 128, 0, np.int8)
    n.quantize(n.dense(tanh, 6), 0.01, 0, np.int8, "y")
    n.write(folder, ["y"], "Dense layers with SiLU, GELU and tanh between quantizers: functions of one 8-bit tensor, as tables.")


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    host_parts(folder)
    tables(folder)


if __name__ == "__main__":
    main()
