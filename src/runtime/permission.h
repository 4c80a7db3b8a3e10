// The permission model of a thread: what its options (--permission, --allow-*) allow.
#pragma once

#include "runtime/environment.h"

namespace gyre {

// Restricts the environment as its options say; does nothing without --permission or
// --permission-audit. Called before any JavaScript of the thread runs.
void restrict_environment(Environment& env);

}  // namespace gyre
