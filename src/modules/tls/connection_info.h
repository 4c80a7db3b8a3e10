// The functions that tell of a connection: its peer, its keys, its session.
#pragma once

#include "modules/tls/tls_stream.h"

namespace gyre::tls {

void bind_connection_info(Binding& b);

}  // namespace gyre::tls
