// What --help and --v8-options print.
#pragma once

namespace gyre {

void print_help();
void print_engine_options();

}  // namespace gyre
