// --trace-sigint and util.setTraceSigInt(): where the program was when SIGINT came.
#pragma once

#include "runtime/environment.h"

namespace gyre {

// For the main thread alone. Enabled, SIGINT prints its stack before it ends the program.
void trace_sigint(Environment& env, bool enable);

}  // namespace gyre
