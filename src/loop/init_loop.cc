#include "loop/init_loop.h"

#include <unistd.h>

namespace gyre {

int init_loop(uv_loop_t* loop) {
  const int error = uv_loop_init(loop);
  // Out of descriptors, libuv 1.50 fails behind the first one that it opened, the epoll instance, and leaves it.
  if (error != 0 && loop->backend_fd != -1) ::close(loop->backend_fd);
  return error;
}

}  // namespace gyre
