// One interface for everything that carries bytes in order both ways: TCP sockets, pipes, terminals,
// TLS. net, tls and http see nothing else of a connection, so that another implementation can take
// libuv's place without their noticing.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace gyre {

class ByteStream;

// Takes what a stream reads. A stream has one listener at a time.
class StreamListener {
 public:
  virtual ~StreamListener();

  // Memory to read into instead of the loop's own buffer (a program's buffer), or empty.
  virtual std::span<uint8_t> on_alloc() { return {}; }
  // Bytes that arrived, valid during the call.
  virtual void on_data(std::span<const uint8_t> data) = 0;
  // Reading is over: UV_EOF, or an error.
  virtual void on_end(int status) = 0;

  ByteStream* stream() const { return stream_; }

 private:
  friend class ByteStream;
  ByteStream* stream_ = nullptr;
};

class ByteStream {
 public:
  virtual ~ByteStream();

  // Hands the stream's bytes to `listener` (nullptr: to nobody) from now on.
  void set_listener(StreamListener* listener);
  StreamListener* listener() const { return listener_; }

  virtual int read_start() = 0;
  virtual int read_stop() = 0;

  // Writes at once as much as fits; returns the count, or a negative error (UV_EAGAIN: nothing).
  virtual ssize_t try_write(std::span<const uv_buf_t> parts) = 0;
  // Queues bytes, which `owner` keeps alive, and calls done(status) once they are handed to the system.
  // Returns 0 or an error, after which done is not called.
  virtual int write(std::span<const uv_buf_t> parts, std::shared_ptr<void> owner, std::function<void(int)> done) = 0;
  // Ends the writing side after what is queued.
  virtual int shutdown(std::function<void(int)> done) = 0;
  // Bytes queued and not yet handed to the system.
  virtual size_t queued() const = 0;

  uint64_t bytes_read = 0;
  uint64_t bytes_written = 0;

 protected:
  std::span<uint8_t> alloc() { return listener_ ? listener_->on_alloc() : std::span<uint8_t>(); }
  void deliver(std::span<const uint8_t> data) {
    bytes_read += data.size();
    if (listener_) listener_->on_data(data);
  }
  void deliver_end(int status) {
    if (listener_) listener_->on_end(status);
  }

 private:
  StreamListener* listener_ = nullptr;
};

// A ByteStream over a uv_stream_t that somebody else owns and closes. Takes the handle's data field.
class LibuvByteStream : public ByteStream {
 public:
  explicit LibuvByteStream(uv_stream_t* stream) : stream_(stream) {}
  // The handle was initialized.
  void attach() { stream_->data = this; }

  int read_start() override;
  int read_stop() override;
  ssize_t try_write(std::span<const uv_buf_t> parts) override;
  int write(std::span<const uv_buf_t> parts, std::shared_ptr<void> owner, std::function<void(int)> done) override;
  int shutdown(std::function<void(int)> done) override;
  size_t queued() const override { return uv_stream_get_write_queue_size(stream_); }

  // Sends a handle with the bytes over an IPC pipe.
  int write_handle(std::span<const uv_buf_t> parts, uv_stream_t* handle, std::shared_ptr<void> owner,
                   std::function<void(int)> done);

 private:
  uv_stream_t* stream_;
};

}  // namespace gyre
