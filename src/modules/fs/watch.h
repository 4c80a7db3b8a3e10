// The watcher class of native('fs').
#pragma once

#include "binding/binding.h"

namespace gyre::fs {

void bind_watch(Binding& b);

}  // namespace gyre::fs
