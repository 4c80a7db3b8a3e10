// SIGUSR1 opens the inspector of a running program.
#pragma once

namespace gyre {
class Environment;
}

namespace gyre::inspector {

// From here on the signal does not end the process. For the main thread's environment.
void listen_for_debug_signal(Environment& env);

}  // namespace gyre::inspector
