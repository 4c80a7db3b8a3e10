// Trace events of the whole process: who produces them asks whether their category is wanted, and adds
// them from any thread; they end up in a file of the trace event format.
#pragma once

#include <uv.h>

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace gyre::trace_events {

class Recorder {
 public:
  static Recorder& get();

  // Where events go: ${rotation} is the file's number, ${pid} the process.
  void set_file_pattern(std::string pattern);
  // Whether events are written to files. Where they are not, take() gets them.
  void write_to_files(bool on);

  // One event. `categories` is a list like "node,node.fs"; `args` is a JSON object.
  void add(char phase, const std::string& categories, const std::string& name, int64_t id, const std::string& args,
           double timestamp);
  // The name of the calling thread, or another fact about the process.
  void add_metadata(const std::string& name, const std::string& args);

  // Events that were not written yet, as JSON separated by commas; they are forgotten.
  std::string take();
  // Ends the file.
  void finish();

  // Microseconds, as events count them.
  static double now() { return static_cast<double>(uv_hrtime()) / 1000; }

 private:
  void push(std::string event);
  void write_out();
  bool open_file();

  std::mutex mutex_;
  std::string pattern_ = "node_trace.${rotation}.log";
  std::vector<std::string> metadata_;  // again in each file
  std::string pending_;
  size_t count_ = 0;
  int rotation_ = 0;
  int file_ = -1;
  bool to_files_ = false;
};

}  // namespace gyre::trace_events
