#include "web/locks/table.h"

#include <algorithm>
#include <unordered_set>

namespace gyre::locks {

Table& Table::of_process() {
  static Table table;
  return table;
}

// https://w3c.github.io/web-locks/#lock-request-grantable, apart from those that wait before it.
bool Table::is_free(const Request& request) const {
  return std::ranges::none_of(held_, [&](const Request& other) {
    return other.name == request.name && (other.exclusive || request.exclusive);
  });
}

bool Table::is_awaited(const std::string& name) const {
  return std::ranges::any_of(pending_, [&](const Request& other) { return other.name == name; });
}

// https://w3c.github.io/web-locks/#algorithm-request-lock
void Table::request(Request request, bool if_available, bool steal) {
  std::lock_guard lock(mutex_);
  if (steal) {
    std::erase_if(held_, [&](const Request& other) {
      if (other.name != request.name) return false;
      other.client->tell(other.id, Outcome::Stolen);
      return true;
    });
    pending_.push_front(std::move(request));
  } else if (if_available && (!is_free(request) || is_awaited(request.name))) {
    request.client->tell(request.id, Outcome::Unavailable);
    return;
  } else {
    pending_.push_back(std::move(request));
  }
  grant_what_is_free();
}

// https://w3c.github.io/web-locks/#process-the-lock-request-queue
void Table::grant_what_is_free() {
  // A request waits for all that were made before it for the same lock.
  std::unordered_set<std::string> blocked;
  for (auto at = pending_.begin(); at != pending_.end();) {
    if (blocked.contains(at->name) || !is_free(*at)) {
      blocked.insert(at->name);
      ++at;
      continue;
    }
    at->client->tell(at->id, Outcome::Granted);
    held_.splice(held_.end(), pending_, at++);
  }
}

bool Table::release(uint64_t id) {
  std::lock_guard lock(mutex_);
  const auto has_id = [&](const Request& request) { return request.id == id; };
  const size_t removed = std::erase_if(held_, has_id) + std::erase_if(pending_, has_id);
  grant_what_is_free();
  return removed > 0;
}

void Table::forget(Client& client) {
  std::lock_guard lock(mutex_);
  const auto is_its = [&](const Request& request) { return request.client == &client; };
  std::erase_if(held_, is_its);
  std::erase_if(pending_, is_its);
  grant_what_is_free();
}

std::vector<Request> Table::held() {
  std::lock_guard lock(mutex_);
  return {held_.begin(), held_.end()};
}

std::vector<Request> Table::pending() {
  std::lock_guard lock(mutex_);
  return {pending_.begin(), pending_.end()};
}

}  // namespace gyre::locks
