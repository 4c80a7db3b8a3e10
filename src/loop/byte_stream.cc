#include "loop/byte_stream.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>
#include <vector>

namespace gyre {
namespace {

// What a queued write or shutdown needs until libuv calls back.
struct WriteRequest {
  uv_write_t request;
  std::shared_ptr<void> owner;
  std::function<void(int)> done;
};
struct ShutdownRequest {
  uv_shutdown_t request;
  std::function<void(int)> done;
};

// One read buffer a thread: what is read is parsed or copied before the next read.
constexpr size_t kReadBuffer = 64 * 1024;
thread_local std::unique_ptr<uint8_t[]> read_buffer;

// uv_try_write() of one buffer to a TCP socket by send(2), which spares the file layer of write(2): a
// server's answers are written here.
ssize_t try_send(uv_stream_t* stream, const uv_buf_t& part) {
  if (stream->connect_req || uv_stream_get_write_queue_size(stream) > 0) return UV_EAGAIN;
  if (!uv_is_writable(stream)) return UV_EPIPE;
  uv_os_fd_t fd;
  if (const int err = uv_fileno(reinterpret_cast<uv_handle_t*>(stream), &fd)) return err;
  ssize_t n;
  do {
    n = send(fd, part.base, part.len, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  if (n >= 0) return n;
  return errno == EAGAIN || errno == ENOBUFS ? UV_EAGAIN : -errno;
}

}  // namespace

StreamListener::~StreamListener() {
  if (stream_) stream_->set_listener(nullptr);
}

ByteStream::~ByteStream() { set_listener(nullptr); }

void ByteStream::set_listener(StreamListener* listener) {
  if (listener_) listener_->stream_ = nullptr;
  listener_ = listener;
  if (listener_) {
    if (listener_->stream_) listener_->stream_->listener_ = nullptr;
    listener_->stream_ = this;
  }
}

int LibuvByteStream::read_start() {
  return uv_read_start(
      stream_,
      [](uv_handle_t* handle, size_t, uv_buf_t* buf) {
        auto* self = static_cast<LibuvByteStream*>(handle->data);
        if (const auto own = self->alloc(); !own.empty()) {
          *buf = uv_buf_init(reinterpret_cast<char*>(own.data()), static_cast<unsigned>(own.size()));
          return;
        }
        if (!read_buffer) read_buffer.reset(new uint8_t[kReadBuffer]);
        *buf = uv_buf_init(reinterpret_cast<char*>(read_buffer.get()), kReadBuffer);
      },
      [](uv_stream_t* stream, ssize_t n, const uv_buf_t* buf) {
        auto* self = static_cast<LibuvByteStream*>(stream->data);
        if (n > 0) {
          self->deliver({reinterpret_cast<const uint8_t*>(buf->base), static_cast<size_t>(n)});
        } else if (n < 0) {
          self->deliver_end(static_cast<int>(n));
        }
      });
}

int LibuvByteStream::read_stop() { return uv_read_stop(stream_); }

ssize_t LibuvByteStream::try_write(std::span<const uv_buf_t> parts) {
  const ssize_t n = stream_->type == UV_TCP && parts.size() == 1
                        ? try_send(stream_, parts[0])
                        : uv_try_write(stream_, parts.data(), static_cast<unsigned>(parts.size()));
  if (n > 0) bytes_written += static_cast<uint64_t>(n);
  return n;
}

int LibuvByteStream::write(std::span<const uv_buf_t> parts, std::shared_ptr<void> owner,
                           std::function<void(int)> done) {
  return write_handle(parts, nullptr, std::move(owner), std::move(done));
}

int LibuvByteStream::write_handle(std::span<const uv_buf_t> parts, uv_stream_t* handle, std::shared_ptr<void> owner,
                                  std::function<void(int)> done) {
  auto request = std::make_unique<WriteRequest>();
  request->owner = std::move(owner);
  request->done = std::move(done);
  request->request.data = request.get();
  const auto finish = [](uv_write_t* write, int status) {
    std::unique_ptr<WriteRequest> request(static_cast<WriteRequest*>(write->data));
    if (request->done) request->done(status);
  };
  const auto count = static_cast<unsigned>(parts.size());
  const int err = handle ? uv_write2(&request->request, stream_, parts.data(), count, handle, finish)
                         : uv_write(&request->request, stream_, parts.data(), count, finish);
  if (err) return err;
  for (const uv_buf_t& part : parts) bytes_written += part.len;
  request.release();  // libuv's until it calls back
  return 0;
}

int LibuvByteStream::shutdown(std::function<void(int)> done) {
  auto request = std::make_unique<ShutdownRequest>();
  request->done = std::move(done);
  request->request.data = request.get();
  const int err = uv_shutdown(&request->request, stream_, [](uv_shutdown_t* shutdown, int status) {
    std::unique_ptr<ShutdownRequest> request(static_cast<ShutdownRequest*>(shutdown->data));
    if (request->done) request->done(status);
  });
  if (err) return err;
  request.release();
  return 0;
}

}  // namespace gyre
