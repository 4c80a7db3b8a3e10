#include "modules/tls/bridge_stream.h"

namespace gyre::tls {

void BridgeStream::tell(const char* name, std::vector<uint8_t>* data) {
  if (!realm().can_call_into_js()) return;
  v8::HandleScope handles(realm().isolate());
  v8::Context::Scope entered(realm().context());
  v8::Local<v8::Value> argv[1];
  if (data) argv[0] = realm().buffer(std::move(*data));
  call_back(realm().name(name), data ? 1 : 0, argv);
}

void BridgeStream::sent(int32_t status) {
  if (sending_.empty()) return;
  Sending first = std::move(sending_.front());
  sending_.pop_front();
  queued_ -= first.size;
  first.done(status);
}

void BridgeStream::finished(int32_t status) {
  if (!finishing_) return;
  const auto done = std::move(finishing_);
  finishing_ = nullptr;
  done(status);
}

int BridgeStream::Carried::read_start() {
  owner_.tell("onreadstart");
  return 0;
}

int BridgeStream::Carried::read_stop() {
  owner_.tell("onreadstop");
  return 0;
}

int BridgeStream::Carried::write(std::span<const uv_buf_t> parts, std::shared_ptr<void>,
                                 std::function<void(int)> done) {
  if (!owner_.open_) return UV_EPIPE;
  std::vector<uint8_t> data;
  for (const uv_buf_t& part : parts) data.insert(data.end(), part.base, part.base + part.len);
  bytes_written += data.size();
  owner_.queued_ += data.size();
  owner_.sending_.push_back({data.size(), std::move(done)});
  owner_.tell("onsend", &data);
  return 0;
}

int BridgeStream::Carried::shutdown(std::function<void(int)> done) {
  if (!owner_.open_) return UV_ENOTCONN;
  owner_.finishing_ = std::move(done);
  owner_.tell("onfinish");
  return 0;
}

}  // namespace gyre::tls
