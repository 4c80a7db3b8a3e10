#include "web/messaging/arrivals.h"

#include <algorithm>

#include "base/check.h"
#include "runtime/environment.h"
#include "web/messaging/port.h"

namespace gyre::messaging {
namespace {

struct ThreadArrivals {
  explicit ThreadArrivals(Environment& env) : arrivals(std::make_shared<Arrivals>(env)) {
    env.at_exit([arrivals = arrivals] { arrivals->close(); });
  }
  std::shared_ptr<Arrivals> arrivals;
};

bool is_younger(const std::shared_ptr<Bell>& one, const std::shared_ptr<Bell>& other) {
  return one->number() > other->number();
}

Arrivals* owner(void* handle) { return static_cast<Arrivals*>(static_cast<uv_handle_t*>(handle)->data); }

}  // namespace

const Realm* Bell::realm() const { return &arrivals_->realm(); }

void Bell::ring(const std::shared_ptr<Bell>& bell) { bell->arrivals_->add(bell); }

std::shared_ptr<Bell> Arrivals::bell_for(MessagePort& port) {
  std::shared_ptr<Arrivals>& arrivals = Environment::from(port.realm()).module_state<ThreadArrivals>().arrivals;
  return std::make_shared<Bell>(arrivals, port, arrivals->bells_++);
}

Arrivals::Arrivals(Realm& realm) : realm_(realm) {
  // The handle of the thread pool's work comes first: what its callbacks post arrives before immediates.
  realm.pool_work();
  uv_loop_t* loop = realm.loop();
  CHECK(uv_async_init(loop, &wake_, [](uv_async_t* handle) {
          Arrivals* self = owner(handle);
          self->waits_ = false;
          self->deliver();
        }) == 0);
  uv_prepare_init(loop, &prepare_);
  uv_check_init(loop, &check_);
  uv_idle_init(loop, &idle_);
  for (void* handle : {static_cast<void*>(&wake_), static_cast<void*>(&prepare_), static_cast<void*>(&check_),
                       static_cast<void*>(&idle_)}) {
    static_cast<uv_handle_t*>(handle)->data = this;
    uv_unref(static_cast<uv_handle_t*>(handle));
  }
  // Of the callbacks behind the poll, those that were started last run first: messages come before immediates.
  uv_prepare_start(&prepare_, [](uv_prepare_t* handle) { owner(handle)->prepare(); });
  uv_check_start(&check_, [](uv_check_t* handle) { owner(handle)->check(); });
}

void Arrivals::add(const std::shared_ptr<Bell>& bell) {
  {
    std::lock_guard lock(mutex_);
    if (bell->is_rung_ || is_closed_) return;
    bell->is_rung_ = true;
    push(bell);
  }
  if (!waits_.exchange(false)) return;
  // Without the other lock, which the thread takes as soon as it wakes up.
  std::lock_guard lock(wake_mutex_);
  if (can_wake_) uv_async_send(&wake_);
}

void Arrivals::push(std::shared_ptr<Bell> bell) {
  rung_.push_back(std::move(bell));
  std::ranges::push_heap(rung_, is_younger);
}

void Arrivals::prepare() {
  {
    std::lock_guard lock(mutex_);
    delivers_in_check_ = !rung_.empty();
    if (!delivers_in_check_) waits_ = true;
  }
  // Script does not run here: what it started would not be seen before the poll (see modules/http2/flusher.h).
  if (delivers_in_check_) {
    uv_idle_start(&idle_, [](uv_idle_t*) {});
  } else {
    uv_idle_stop(&idle_);
  }
}

void Arrivals::check() {
  waits_ = false;
  if (delivers_in_check_) deliver();
}

std::shared_ptr<Bell> Arrivals::next(uint64_t first) {
  std::vector<std::shared_ptr<Bell>> passed;
  std::shared_ptr<Bell> found;
  std::lock_guard lock(mutex_);
  while (!found && !rung_.empty()) {
    std::ranges::pop_heap(rung_, is_younger);
    std::shared_ptr<Bell> bell = std::move(rung_.back());
    rung_.pop_back();
    (bell->number() < first ? passed.emplace_back() : found) = std::move(bell);
  }
  if (found) found->is_rung_ = false;
  for (auto& bell : passed) push(std::move(bell));
  return found;
}

// Older ports first, each once. A port that is rung meanwhile has its turn if it is younger than the last one.
void Arrivals::deliver() {
  uint64_t first = 0;
  while (std::shared_ptr<Bell> bell = next(first)) {
    first = bell->number() + 1;
    if (bell->port_) bell->port_->process(false);
  }
}

void Arrivals::close() {
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(is_closed_, true)) return;
    rung_.clear();
  }
  {
    std::lock_guard lock(wake_mutex_);
    can_wake_ = false;
  }
  self_ = Environment::from(realm_).module_state<ThreadArrivals>().arrivals;
  for (void* handle : {static_cast<void*>(&wake_), static_cast<void*>(&prepare_), static_cast<void*>(&check_),
                       static_cast<void*>(&idle_)}) {
    open_handles_++;
    uv_close(static_cast<uv_handle_t*>(handle), [](uv_handle_t* closed) {
      Arrivals* self = owner(closed);
      if (--self->open_handles_ == 0) self->self_ = nullptr;
    });
  }
}

}  // namespace gyre::messaging
