// What --help, --v8-options and --completion-bash print.
#pragma once

namespace gyre {

void print_help();
void print_engine_options();
// A script for bash that completes our options: eval "$(gyre --completion-bash)".
void print_bash_completion();

}  // namespace gyre
