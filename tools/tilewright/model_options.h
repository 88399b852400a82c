// From the command line to what the driver's steps are asked, for the verbs that read a model.
#pragma once

#include "runtime/driver/data_set.h"
#include "runtime/driver/prepare_model.h"
#include "tools/tilewright/verb.h"

#include <optional>
#include <vector>

namespace tilewright {

// Every folder of --data; empty without the option. nullopt with diagnostics.
std::optional<std::vector<DataSet>> read_data_option(VerbCall& call);

// The model as the options ask for it; open dimensions take their size from `data`, when there is any.
ModelRequest model_request(const CommandLine& line, const std::vector<DataSet>& data);

// Whether the project may go to --output; a diagnostic when not. True without the option.
bool output_is_free(VerbCall& call);

// Writes the project to --output: all of it, or on failure nothing, and a diagnostic.
void write_project(VerbCall& call, const std::map<std::string, std::string>& files);

} // namespace tilewright
