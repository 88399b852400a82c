// What the host's calls return. Errors end the program with a report, so that is always ok.
#pragma once

namespace adf {

enum return_code { ok = 0, user_error, aietools_error, xrt_error, internal_error, unsupported };

} // namespace adf
