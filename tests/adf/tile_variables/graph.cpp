// Two tiles with a counter each; an observer shares the first one's tile.
#include "kernels.h"

class counters : public adf::graph {
public:
  adf::input_plio in[2];
  adf::output_plio out[2];
  adf::kernel count[2], observe;

  counters() {
    std::printf("made\n");
    observe = adf::kernel::create_object<observer<int32>>();
    for (int i = 0; i < 2; ++i) {
      const std::string number = std::to_string(i);
      in[i] = adf::input_plio::create("in" + number, adf::plio_32_bits, "in.txt");
      out[i] = adf::output_plio::create("out" + number, adf::plio_32_bits, "out" + number + ".txt");
      count[i] = adf::kernel::create(counter);
      adf::location<adf::kernel>(count[i]) = adf::tile(3 + i, 2);
      adf::runtime<adf::ratio>(count[i]) = 0.5;
      adf::source(count[i]) = "kernels.cpp";
      adf::initialization_function(count[i]) = "counting::begin";
      adf::dimensions(count[i].in[0]) = {1};
      adf::dimensions(count[i].out[0]) = {1};
      adf::connect<>(in[i].out[0], count[i].in[0]);
    }
    adf::location<adf::kernel>(observe) = adf::tile(3, 2);
    adf::runtime<adf::ratio>(observe) = 0.5;
    adf::source(observe) = "kernels.cpp";
    adf::dimensions(observe.in[0]) = {1};
    adf::dimensions(observe.out[0]) = {1};
    adf::connect<>(count[0].out[0], observe.in[0]);
    adf::connect<>(observe.out[0], out[0].in[0]);
    adf::connect<>(count[1].out[0], out[1].in[0]);
  }
};

counters g;

int main() {
  g.init();
  g.run(3);
  g.end();
  return 0;
}
