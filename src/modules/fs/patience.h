// Which devices are quick. What goes to the page cache can have to wait for the disk all the same: for a
// journal that is being written, for memory, for others. The system does not tell beforehand, so the
// loop's own thread tries and looks at the clock. What it waited has to be earned before it tries that
// device again: by as many calls that the pool carries out as the wait was longer than a call saves.
#pragma once

#include <cstdint>

namespace gyre::fs {

// One attempt on the loop's own thread. Use it only if may_try(): it is timed to the end of its scope.
class Attempt {
 public:
  explicit Attempt(uint64_t device);
  ~Attempt();
  Attempt(const Attempt&) = delete;
  void operator=(const Attempt&) = delete;

  bool may_try() const { return began_ != 0; }

 private:
  uint64_t device_;
  uint64_t began_ = 0;
};

}  // namespace gyre::fs
