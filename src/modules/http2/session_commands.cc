// What script asks of a session, and how one is made.
#include <malloc.h>

#include <cstdlib>

#include "modules/http2/frame_callbacks.h"
#include "modules/http2/session.h"

namespace gyre::http2 {
namespace {

constexpr double kNanosecondsInMs = 1e6;
constexpr uint32_t kCountedSettings[] = {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE,      NGHTTP2_SETTINGS_ENABLE_PUSH,
                                         NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
                                         NGHTTP2_SETTINGS_MAX_FRAME_SIZE,         NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
                                         NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL};

// An allocator that counts into a size_t.
nghttp2_mem counting_allocator(size_t* count) {
  static constexpr auto grown = [](void* memory, void* count) {
    if (memory) *static_cast<size_t*>(count) += malloc_usable_size(memory);
    return memory;
  };
  return {count, [](size_t size, void* count) { return grown(std::malloc(size), count); },
          [](void* memory, void* count) {
            if (memory) *static_cast<size_t*>(count) -= malloc_usable_size(memory);
            std::free(memory);
          },
          [](size_t n, size_t size, void* count) { return grown(std::calloc(n, size), count); },
          [](void* memory, size_t size, void* count) {
            const size_t before = memory ? malloc_usable_size(memory) : 0;
            void* moved = std::realloc(memory, size);
            if (moved) {
              *static_cast<size_t*>(count) -= before;
              grown(moved, count);
            }
            return moved;
          }};
}

}  // namespace

void Session::make_session(const Options& options) {
  nghttp2_option* set = nullptr;
  CHECK(nghttp2_option_new(&set) == 0);
  // Windows open as the program reads, and what is closed is forgotten.
  nghttp2_option_set_no_auto_window_update(set, 1);
  nghttp2_option_set_no_closed_streams(set, 1);
  nghttp2_option_set_builtin_recv_extension_type(set, NGHTTP2_ALTSVC);
  nghttp2_option_set_builtin_recv_extension_type(set, NGHTTP2_ORIGIN);
  nghttp2_option_set_max_settings(set, static_cast<size_t>(options.max_settings));
  nghttp2_option_set_max_reserved_remote_streams(set, static_cast<uint32_t>(options.max_reserved_streams));
  nghttp2_option_set_peer_max_concurrent_streams(set, static_cast<uint32_t>(options.peer_max_streams));
  nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(set, options.strict_whitespace == 0);
  if (options.max_deflate_table >= 0) {
    nghttp2_option_set_max_deflate_dynamic_table_size(set, static_cast<size_t>(options.max_deflate_table));
  }
  if (options.max_send_header_block >= 0) {
    nghttp2_option_set_max_send_header_block_length(set, static_cast<size_t>(options.max_send_header_block));
  }
  if (options.reset_burst >= 0 && options.reset_rate >= 0) {
    nghttp2_option_set_stream_reset_rate_limit(set, static_cast<uint64_t>(options.reset_burst),
                                               static_cast<uint64_t>(options.reset_rate));
  }
  nghttp2_mem memory = counting_allocator(&memory_);
  const auto make = type_ == kServer ? nghttp2_session_server_new3 : nghttp2_session_client_new3;
  CHECK(make(&session_, frame_callbacks(), this, set, &memory) == 0);
  nghttp2_option_del(set);
}

v8::Local<v8::Value> Session::request(v8::Local<v8::Value> headers, uint32_t count, uint32_t options) {
  v8::Isolate* isolate = realm().isolate();
  const HeaderBlock block(isolate, headers, count);
  if (!session_ || released_) return v8::Integer::New(isolate, NGHTTP2_ERR_SESSION_CLOSING);
  if (!block.valid()) return v8::Integer::New(isolate, NGHTTP2_ERR_INVALID_ARGUMENT);
  const nghttp2_data_provider2 data = Stream::provider();
  const bool has_data = !(options & Stream::kEndStream) || (options & Stream::kWaitForTrailers);
  const int32_t id =
      nghttp2_submit_request2(session_, nullptr, block.data(), block.size(), has_data ? &data : nullptr, nullptr);
  if (id < 0) return v8::Integer::New(isolate, id);
  Stream* stream = add_stream(id);
  stream->set_options(options);
  schedule();
  return stream->object();
}

int32_t Session::submit_settings(std::span<uint8_t> pairs) {
  if (!session_) return NGHTTP2_ERR_SESSION_CLOSING;
  std::vector<uint32_t> numbers(pairs.size() / sizeof(uint32_t));
  if (!numbers.empty()) std::memcpy(numbers.data(), pairs.data(), numbers.size() * sizeof(uint32_t));
  std::vector<nghttp2_settings_entry> entries;
  for (size_t i = 0; i + 1 < numbers.size(); i += 2) {
    entries.push_back({static_cast<int32_t>(numbers[i]), numbers[i + 1]});
  }
  const int err = nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, entries.data(), entries.size());
  schedule();
  return err;
}

int32_t Session::ping(std::span<uint8_t> payload) {
  if (!session_) return NGHTTP2_ERR_SESSION_CLOSING;
  const int err = nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, payload.size() == 8 ? payload.data() : nullptr);
  schedule();
  return err;
}

int32_t Session::goaway(uint32_t code, int32_t last_id, std::span<uint8_t> data) {
  if (!session_) return NGHTTP2_ERR_SESSION_CLOSING;
  said_goaway_ = true;
  if (last_id <= 0) last_id = nghttp2_session_get_last_proc_stream_id(session_);
  const int err = nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_id, code, data.data(), data.size());
  schedule();
  return err;
}

int32_t Session::set_next_stream_id(int32_t id) {
  return session_ ? nghttp2_session_set_next_stream_id(session_, id) : NGHTTP2_ERR_SESSION_CLOSING;
}

int32_t Session::set_local_window(int32_t size) {
  if (!session_) return NGHTTP2_ERR_SESSION_CLOSING;
  const int err = nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, size);
  schedule();
  return err;
}

int32_t Session::altsvc(int32_t id, std::string origin, std::string value) {
  if (!session_) return NGHTTP2_ERR_SESSION_CLOSING;
  const int err =
      nghttp2_submit_altsvc(session_, NGHTTP2_FLAG_NONE, id, reinterpret_cast<const uint8_t*>(origin.data()),
                            origin.size(), reinterpret_cast<const uint8_t*>(value.data()), value.size());
  schedule();
  return err;
}

int32_t Session::origin(std::vector<std::string> origins) {
  if (!session_) return NGHTTP2_ERR_SESSION_CLOSING;
  std::vector<nghttp2_origin_entry> entries;
  for (std::string& each : origins) entries.push_back({reinterpret_cast<uint8_t*>(each.data()), each.size()});
  const int err = nghttp2_submit_origin(session_, NGHTTP2_FLAG_NONE, entries.data(), entries.size());
  schedule();
  return err;
}

std::vector<double> Session::local_settings() {
  std::vector<double> out;
  if (!session_) return out;
  for (const uint32_t id : kCountedSettings) {
    out.push_back(nghttp2_session_get_local_settings(session_, static_cast<nghttp2_settings_id>(id)));
  }
  return out;
}

std::vector<double> Session::remote_settings() {
  std::vector<double> out;
  if (!session_) return out;
  for (const uint32_t id : kCountedSettings) {
    out.push_back(nghttp2_session_get_remote_settings(session_, static_cast<nghttp2_settings_id>(id)));
  }
  for (const auto& [id, value] : custom_settings_) {
    out.push_back(id);
    out.push_back(value);
  }
  return out;
}

std::vector<double> Session::state() {
  if (!session_) return {};
  return {static_cast<double>(nghttp2_session_get_effective_local_window_size(session_)),
          static_cast<double>(nghttp2_session_get_effective_recv_data_length(session_)),
          static_cast<double>(nghttp2_session_get_next_stream_id(session_)),
          static_cast<double>(nghttp2_session_get_local_window_size(session_)),
          static_cast<double>(nghttp2_session_get_last_proc_stream_id(session_)),
          static_cast<double>(nghttp2_session_get_remote_window_size(session_)),
          static_cast<double>(nghttp2_session_get_outbound_queue_size(session_)),
          static_cast<double>(nghttp2_session_get_hd_deflate_dynamic_table_size(session_)),
          static_cast<double>(nghttp2_session_get_hd_inflate_dynamic_table_size(session_))};
}

std::vector<double> Session::statistics() {
  return {static_cast<double>(bytes_read_),
          static_cast<double>(bytes_written_),
          static_cast<double>(frames_received_),
          static_cast<double>(frames_sent_),
          static_cast<double>(max_concurrent_),
          static_cast<double>(stream_count_),
          streams_ended_ == 0 ? 0 : stream_time_ / streams_ended_,
          static_cast<double>(started_) / kNanosecondsInMs,
          static_cast<double>(uv_hrtime()) / kNanosecondsInMs};
}

}  // namespace gyre::http2
