#include "modules/trace_events/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "base/json_text.h"

namespace gyre::trace_events {
namespace {

// A file takes so many events; the next ones go to another.
constexpr size_t kEventsPerFile = 1 << 19;
constexpr size_t kBytesBeforeWriting = 64 * 1024;

double thread_time() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

std::string event_text(char phase, const std::string& categories, const std::string& name, int64_t id,
                       const std::string& args, double timestamp) {
  char head[192];
  snprintf(head, sizeof head, "{\"pid\":%d,\"tid\":%d,\"ts\":%.0f,\"tts\":%.0f,\"ph\":\"%c\",\"cat\":", getpid(),
           gettid(), timestamp, thread_time(), phase);
  std::string text = head;
  append_json_text(text, categories);
  text += ",\"name\":";
  append_json_text(text, name);
  text += ",\"dur\":0,\"tdur\":0";
  if (phase == 'b' || phase == 'n' || phase == 'e') {
    snprintf(head, sizeof head, ",\"id\":\"0x%llx\"", static_cast<unsigned long long>(id));
    text += head;
  }
  return text + ",\"args\":" + args + "}";
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

void replace_all(std::string& text, std::string_view what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

Recorder& Recorder::get() {
  static auto* recorder = new Recorder;  // threads add events until the very end
  return *recorder;
}

void Recorder::set_file_pattern(std::string pattern) {
  std::lock_guard lock(mutex_);
  pattern_ = std::move(pattern);
}

void Recorder::write_to_files(bool on) {
  std::lock_guard lock(mutex_);
  to_files_ = on;
}

void Recorder::add(char phase, const std::string& categories, const std::string& name, int64_t id,
                   const std::string& args, double timestamp) {
  std::string text = event_text(phase, categories, name, id, args, timestamp);
  std::lock_guard lock(mutex_);
  push(std::move(text));
}

void Recorder::add_metadata(const std::string& name, const std::string& args) {
  std::string text = event_text('M', "__metadata", name, 0, args, now());
  std::lock_guard lock(mutex_);
  metadata_.push_back(text);
  push(std::move(text));
}

void Recorder::push(std::string event) {
  if (!pending_.empty()) pending_ += ',';
  pending_ += event;
  count_++;
  if (to_files_ && pending_.size() >= kBytesBeforeWriting) write_out();
}

bool Recorder::open_file() {
  std::string name = pattern_;
  replace_all(name, "${rotation}", std::to_string(++rotation_));
  replace_all(name, "${pid}", std::to_string(getpid()));
  file_ = open(name.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
  if (file_ < 0) {
    std::fprintf(stderr, "Could not open trace file %s\n", name.c_str());
    return false;
  }
  write_all(file_, "{\"traceEvents\":[");
  return true;
}

void Recorder::write_out() {
  const bool is_new = file_ < 0;
  if (is_new && !open_file()) {
    pending_.clear();
    return;
  }
  // The first file has the metadata among its events.
  std::string text = is_new ? "" : pending_.empty() ? "" : ",";
  if (is_new && rotation_ > 1) {
    for (const std::string& each : metadata_) text += each + ",";
  }
  write_all(file_, text + pending_);
  pending_.clear();
  if (count_ < kEventsPerFile) return;
  write_all(file_, "]}");
  close(file_);
  file_ = -1;
  count_ = 0;
}

std::string Recorder::take() {
  std::lock_guard lock(mutex_);
  std::string all = std::move(pending_);
  pending_.clear();
  return all;
}

void Recorder::finish() {
  std::lock_guard lock(mutex_);
  if (!to_files_) return;
  write_out();
  if (file_ < 0) return;
  write_all(file_, "]}");
  close(file_);
  file_ = -1;
}

}  // namespace gyre::trace_events
