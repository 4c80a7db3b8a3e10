#include "modules/fs/patience.h"

#include <uv.h>

#include <algorithm>
#include <mutex>
#include <vector>

namespace gyre::fs {

namespace {

// What an attempt saves, the way to a thread and back: a device that took longer owes so many calls.
constexpr uint64_t kSaved = 8'000;
// Shorter than this is not slow.
constexpr uint64_t kSlow = 1'000'000;
// A thread that loses its processor to another looks slow, too. Once in a while that is no matter.
constexpr uint64_t kCredit = 600;
constexpr uint64_t kMaxDebt = 1'000'000;

struct Device {
  uint64_t id;
  uint64_t debt = 0;
};

class Devices {
 public:
  bool may_try(uint64_t id) {
    const std::lock_guard lock(mutex_);
    Device& device = find(id);
    if (device.debt > 0) device.debt--;
    return device.debt < kCredit;
  }

  void note_slow(uint64_t id, uint64_t took) {
    const std::lock_guard lock(mutex_);
    Device& device = find(id);
    device.debt = std::min(device.debt + took / kSaved, kMaxDebt);
  }

 private:
  Device& find(uint64_t id) {
    for (Device& device : devices_) {
      if (device.id == id) return device;
    }
    return devices_.emplace_back(Device{.id = id});
  }

  std::mutex mutex_;
  std::vector<Device> devices_;
};

Devices& devices() {
  static Devices& all = *new Devices;
  return all;
}

}  // namespace

Attempt::Attempt(uint64_t device) : device_(device) {
  if (devices().may_try(device)) began_ = uv_hrtime();
}

Attempt::~Attempt() {
  if (!may_try()) return;
  const uint64_t took = uv_hrtime() - began_;
  if (took >= kSlow) devices().note_slow(device_, took);
}

}  // namespace gyre::fs
