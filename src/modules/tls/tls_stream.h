// TLS between a connection below (TCP, a pipe, a bridge to a Duplex, another TLS) and whoever reads above:
// to those above it is a connection like any other.
//
// Callbacks on its object, besides those of a stream:
//   onhandshakestart()                 a negotiation begins
//   onhandshakedone()                  one has ended well
//   onerror(error)                     the connection is broken
//   onkeylog(line)
//   onsession(id, session)             a session to resume later
//   onclienthello(id, name, hasTicket) continues with loadSession(session?)
//   oncertificate(name, wantsOcsp)     continues with certificateDone(context?)
//   onocspresponse(response?)
//   onalpn(name, protocols)            returns the chosen one
//   onpskclient(hint, ...), onpskserver(identity, maxLength)
#pragma once

#include <deque>

#include "modules/net/stream_wrapped.h"
#include "modules/tls/secure_context.h"

namespace gyre::tls {

using SslPtr = std::unique_ptr<SSL, crypto::FreeWith<SSL_free>>;
using SessionPtr = std::unique_ptr<SSL_SESSION, crypto::FreeWith<SSL_SESSION_free>>;

class TlsStream final : public net::StreamWrapped {
 public:
  static constexpr ClassTag kTag{"TLS", &StreamWrapped::kTag};
  TlsStream(Realm& realm, v8::Local<v8::Object> object, v8::Local<v8::Object> below, SecureContext* context,
            bool is_server);
  ~TlsStream() override;

  // StreamWrapped
  ByteStream& bytes() override { return clear_; }
  bool usable() override { return ssl_ && !released_; }
  void dispose() override { release(); }

  static TlsStream* from(const SSL* ssl) { return static_cast<TlsStream*>(SSL_get_app_data(ssl)); }
  SSL* ssl() const { return ssl_.get(); }
  SecureContext* context() const { return context_; }

  void start();
  // Another connection below, before start(): of several attempts the one that succeeded.
  void move_to(v8::Local<v8::Object> below);
  // Bytes that were read from the connection before it became this one's.
  void receive(std::span<uint8_t> data);
  // The connection below is closed, or about to be.
  void release();
  void set_verify(bool request, bool reject);
  bool set_server_name(std::string name);
  void set_alpn(std::span<uint8_t> protocols);
  void use_alpn_callback() { asks_alpn_ = true; }
  void watch_client_hello() { watches_hello_ = true; }
  void watch_certificate() { watches_certificate_ = true; }
  void request_ocsp();
  void set_ocsp_response(std::span<uint8_t> response) { ocsp_response_.assign(response.begin(), response.end()); }
  void enable_psk();
  void enable_keylog() { logs_keys_ = true; }
  void enable_trace();
  bool set_session(std::span<uint8_t> data);
  void load_session(v8::Local<v8::Value> data);
  Outcome<Done> certificate_done(v8::Local<v8::Value> context);
  Outcome<Done> use_context(SecureContext* context);
  Outcome<Done> renegotiate();
  bool set_max_send_fragment(int32_t size) { return SSL_set_max_send_fragment(ssl(), size) == 1; }

  // What OpenSSL asks; see callbacks.cc.
  int on_client_hello();
  int on_certificate();
  int on_alpn(const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size);
  SSL_SESSION* on_wanted_session(std::span<const uint8_t> id);
  void on_new_session(SSL_SESSION* session);
  void on_key(const char* line);
  int on_ocsp();
  void on_info(int where);
  unsigned on_psk_server(const char* identity, unsigned char* key, unsigned max_size);
  unsigned on_psk_client(const char* hint, char* identity, unsigned max_identity, unsigned char* key,
                         unsigned max_size);

 private:
  // What those above see.
  class Clear final : public ByteStream {
   public:
    explicit Clear(TlsStream& owner) : owner_(owner) {}
    int read_start() override;
    int read_stop() override;
    ssize_t try_write(std::span<const uv_buf_t> parts) override { return owner_.try_write(parts); }
    int write(std::span<const uv_buf_t> parts, std::shared_ptr<void> owner, std::function<void(int)> done) override;
    int shutdown(std::function<void(int)> done) override;
    size_t queued() const override { return owner_.queued(); }
    using ByteStream::alloc;
    using ByteStream::deliver;
    using ByteStream::deliver_end;

   private:
    TlsStream& owner_;
  };
  // What arrives from below.
  class Cipher final : public StreamListener {
   public:
    explicit Cipher(TlsStream& owner) : owner_(owner) {}
    void on_data(std::span<const uint8_t> data) override { owner_.received(data); }
    void on_end(int status) override { owner_.below_ended(status); }

   private:
    TlsStream& owner_;
  };
  struct Pending {
    std::vector<uv_buf_t> parts;
    std::shared_ptr<void> owner;
    std::function<void(int)> done;
    bool is_shutdown = false;
  };

  void received(std::span<const uint8_t> data);
  void below_ended(int status);
  bool below_usable() { return below_ && below_->usable(); }

  // Does everything that can be done now.
  void advance();
  void step();
  void handshake();
  void read_clear();
  void write_pending();
  void finish_shutdown(Pending pending);
  // Whether the result of an operation ends the connection.
  void judge(int result);
  void fail();
  // Hands the encrypted bytes to the connection below; `done` is called later, never now.
  void flush(std::function<void(int)> done = nullptr);
  ssize_t try_write(std::span<const uv_buf_t> parts);
  // Encrypts; how much went in, or -1.
  ssize_t encrypt(const char* data, size_t size);
  size_t queued() const;
  void cancel_pending();
  void abandon_pending();
  v8::MaybeLocal<v8::Value> ask(const char* name, std::vector<v8::Local<v8::Value>> argv);
  void tell(const char* name, std::vector<v8::Local<v8::Value>> argv = {});

  Clear clear_{*this};
  Cipher cipher_{*this};
  net::StreamWrapped* below_;
  v8::Global<v8::Object> below_object_;
  SecureContext* context_;
  v8::Global<v8::Object> context_object_;
  v8::Global<v8::Object> next_context_;
  SslPtr ssl_;
  BIO* in_ = nullptr;   // the SSL's
  BIO* out_ = nullptr;  // the SSL's
  std::deque<Pending> pending_;
  size_t pending_size_ = 0;

  const bool is_server_;
  bool started_ = false;
  bool released_ = false;
  bool failed_ = false;
  bool reading_ = false;
  bool read_waits_ = false;  // below is stopped because nobody reads here
  bool advancing_ = false;
  bool again_ = false;
  bool in_ssl_ = false;  // OpenSSL is on the stack and must not be entered
  bool established_ = false;
  bool handshake_ended_ = false;
  bool handshake_began_ = false;
  bool saw_end_ = false;  // the peer's close_notify, or the end of the connection below
  bool told_end_ = false;
  int end_status_ = UV_EOF;

  bool asks_alpn_ = false;
  bool watches_hello_ = false;
  bool hello_asked_ = false;
  bool hello_done_ = false;
  bool watches_certificate_ = false;
  bool certificate_asked_ = false;
  bool certificate_done_ = false;
  bool logs_keys_ = false;
  std::vector<uint8_t> alpn_;
  std::string chosen_alpn_;
  std::vector<uint8_t> ocsp_response_;
  SessionPtr next_session_;
};

// The error of OpenSSL's queue as Node tells it of connections: ERR_SSL_..., and all in the message.
v8::Local<v8::Value> connection_error(Realm& js, const char* otherwise);

}  // namespace gyre::tls
