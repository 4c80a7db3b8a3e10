// A connection whose bytes script carries: what TLS sits on when it is over a Duplex that is no socket.
//
// Callbacks on its object: onreadstart(), onreadstop(), onsend(buffer) answered by sent(status), and
// onfinish() answered by finished(status).
#pragma once

#include <deque>

#include "modules/net/stream_wrapped.h"

namespace gyre::tls {

class BridgeStream final : public net::StreamWrapped {
 public:
  static constexpr ClassTag kTag{"StreamBridge", &StreamWrapped::kTag};
  BridgeStream(Realm& realm, v8::Local<v8::Object> object) : StreamWrapped(realm, object, kTag, "JSSTREAM") {}

  ByteStream& bytes() override { return carried_; }
  bool usable() override { return open_; }

  // Script's side.
  void feed(std::span<uint8_t> data) { carried_.deliver(data); }
  void feed_end(int32_t status) { carried_.deliver_end(status); }
  void sent(int32_t status);
  void finished(int32_t status);
  void shut() { open_ = false; }

 private:
  class Carried final : public ByteStream {
   public:
    explicit Carried(BridgeStream& owner) : owner_(owner) {}
    int read_start() override;
    int read_stop() override;
    ssize_t try_write(std::span<const uv_buf_t>) override { return UV_EAGAIN; }
    int write(std::span<const uv_buf_t> parts, std::shared_ptr<void> owner, std::function<void(int)> done) override;
    int shutdown(std::function<void(int)> done) override;
    size_t queued() const override { return owner_.queued_; }
    using ByteStream::deliver;
    using ByteStream::deliver_end;

   private:
    BridgeStream& owner_;
  };
  struct Sending {
    size_t size;
    std::function<void(int)> done;
  };

  void tell(const char* name, std::vector<uint8_t>* data = nullptr);

  Carried carried_{*this};
  std::deque<Sending> sending_;
  std::function<void(int)> finishing_;
  size_t queued_ = 0;
  bool open_ = true;
};

}  // namespace gyre::tls
