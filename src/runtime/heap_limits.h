// How much memory V8 may use, and what happens when it asks for more.
#pragma once

#include "runtime/environment.h"
#include "v8.h"

namespace gyre {

// The heap's limits: the worker's own, or V8's defaults for the machine's memory and, where it is
// less, its control group's.
void set_heap_limits(v8::ResourceConstraints& constraints, const EnvironmentConfig& config);

// How much memory this process may use: the machine's or, where it is less, its control group's.
uint64_t usable_memory();

// V8 gave up: say what and where, and end the process by abort (signal 6, as Node does).
void on_fatal_error(const char* location, const char* message);
void on_out_of_memory(const char* location, const v8::OOMDetails& details);

}  // namespace gyre
