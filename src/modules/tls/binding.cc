// native('tls').
#include <openssl/comp.h>

#include "modules/tls/bridge_stream.h"
#include "modules/tls/connection_info.h"
#include "modules/tls/tls_stream.h"

namespace gyre::tls {

GYRE_MODULE(tls) {
  b.class_<SecureContext>("SecureContext").constructor<>();
  {
    auto stream = b.class_<TlsStream>("TLS");
    stream.constructor<v8::Local<v8::Object>, SecureContext*, bool>()
        .method<&TlsStream::start>("start")
        .method<&TlsStream::move_to>("moveTo")
        .method<&TlsStream::receive>("receive")
        .method<&TlsStream::release>("release")
        .method<&TlsStream::set_verify>("setVerify")
        .method<&TlsStream::set_server_name>("setServername")
        .method<&TlsStream::set_alpn>("setAlpn")
        .method<&TlsStream::use_alpn_callback>("useAlpnCallback")
        .method<&TlsStream::watch_client_hello>("watchClientHello")
        .method<&TlsStream::watch_certificate>("watchCertificate")
        .method<&TlsStream::request_ocsp>("requestOcsp")
        .method<&TlsStream::set_ocsp_response>("setOcspResponse")
        .method<&TlsStream::enable_psk>("enablePsk")
        .method<&TlsStream::enable_keylog>("enableKeylog")
        .method<&TlsStream::enable_trace>("enableTrace")
        .method<&TlsStream::set_session>("setSession")
        .method<&TlsStream::load_session>("loadSession")
        .method<&TlsStream::set_max_send_fragment>("setMaxSendFragment");
    TlsStream::bind_stream_methods(stream);
  }
  {
    auto bridge = b.class_<BridgeStream>("StreamBridge");
    bridge.constructor<>()
        .method<&BridgeStream::feed>("feed")
        .method<&BridgeStream::feed_end>("feedEnd")
        .method<&BridgeStream::sent>("sent")
        .method<&BridgeStream::finished>("finished")
        .method<&BridgeStream::shut>("shut");
    BridgeStream::bind_stream_methods(bridge);
  }
  crypto::method<&TlsStream::certificate_done>(b, "certificateDone");
  crypto::method<&TlsStream::use_context>(b, "useContext");
  crypto::method<&TlsStream::renegotiate>(b, "renegotiate");
  bind_connection_info(b);

  crypto::method<&SecureContext::set_versions>(b, "setVersions");
  crypto::method<&SecureContext::set_options>(b, "setOptions");
  crypto::method<&SecureContext::set_key>(b, "setKey");
  crypto::method<&SecureContext::set_certificate>(b, "setCertificate");
  crypto::method<&SecureContext::set_pfx>(b, "setPfx");
  crypto::method<&SecureContext::add_ca>(b, "addCa");
  crypto::method<&SecureContext::trust>(b, "trust");
  crypto::method<&SecureContext::trust_defaults>(b, "trustDefaults");
  crypto::method<&SecureContext::add_crl>(b, "addCrl");
  crypto::method<&SecureContext::allow_partial_chains>(b, "allowPartialChains");
  crypto::method<&SecureContext::set_ciphers>(b, "setCiphers");
  crypto::method<&SecureContext::set_suites>(b, "setSuites");
  crypto::method<&SecureContext::set_signature_algorithms>(b, "setSignatureAlgorithms");
  crypto::method<&SecureContext::set_certificate_compression>(b, "setCertificateCompression");
  crypto::method<&SecureContext::set_curve>(b, "setCurve");
  b.constant("COMPRESSES_ZLIB", COMP_zlib_oneshot() != nullptr);
  b.constant("COMPRESSES_BROTLI", COMP_brotli_oneshot() != nullptr);
  b.constant("COMPRESSES_ZSTD", COMP_zstd_oneshot() != nullptr);
  crypto::method<&SecureContext::set_dh>(b, "setDh");
  crypto::method<&SecureContext::set_session_id_context>(b, "setSessionIdContext");
  crypto::method<&SecureContext::set_session_timeout>(b, "setSessionTimeout");
  crypto::method<&SecureContext::set_psk_hint>(b, "setPskHint");
  crypto::method<&SecureContext::ticket_keys>(b, "ticketKeys");
  crypto::method<&SecureContext::set_ticket_keys>(b, "setTicketKeys");
  crypto::method<&SecureContext::own_certificate>(b, "contextCertificate");
  crypto::method<&SecureContext::own_issuer>(b, "contextIssuer");
  crypto::method<&SecureContext::min_version>(b, "minVersion");
  crypto::method<&SecureContext::max_version>(b, "maxVersion");
  for (const auto& [name, value] : {std::pair{"TLS1_VERSION", TLS1_VERSION},
                                    {"TLS1_1_VERSION", TLS1_1_VERSION},
                                    {"TLS1_2_VERSION", TLS1_2_VERSION},
                                    {"TLS1_3_VERSION", TLS1_3_VERSION}}) {
    b.constant(name, value);
  }
}

}  // namespace gyre::tls
