#include "modules/dns/records.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "binding/convert.h"

namespace gyre::dns {

namespace {

// In the order in which an answer to ANY lists them.
constexpr RecordType kRecordTypes[] = {
    {"A", ARES_REC_TYPE_A},     {"CNAME", ARES_REC_TYPE_CNAME}, {"AAAA", ARES_REC_TYPE_AAAA},
    {"MX", ARES_REC_TYPE_MX},   {"NS", ARES_REC_TYPE_NS},       {"TXT", ARES_REC_TYPE_TXT},
    {"SRV", ARES_REC_TYPE_SRV}, {"PTR", ARES_REC_TYPE_PTR},     {"NAPTR", ARES_REC_TYPE_NAPTR},
    {"SOA", ARES_REC_TYPE_SOA}, {"TLSA", ARES_REC_TYPE_TLSA},   {"CAA", ARES_REC_TYPE_CAA},
    {"ANY", ARES_REC_TYPE_ANY},
};

int rank(ares_dns_rec_type_t type) {
  int at = 0;
  for (const RecordType& each : kRecordTypes) {
    if (each.type == type) return at;
    at++;
  }
  return -1;
}

// Builds the object of one record.
class ObjectBuilder {
 public:
  ObjectBuilder(Realm& js, const ares_dns_rr_t* record)
      : js_(js), record_(record), object_(v8::Object::New(js.isolate())) {}

  ObjectBuilder& text(const char* name, ares_dns_rr_key_t key) {
    const char* value = ares_dns_rr_get_str(record_, key);
    js_.set(object_, name, js_.string(value ? value : ""));
    return *this;
  }
  ObjectBuilder& u8(const char* name, ares_dns_rr_key_t key) { return number(name, ares_dns_rr_get_u8(record_, key)); }
  ObjectBuilder& u16(const char* name, ares_dns_rr_key_t key) {
    return number(name, ares_dns_rr_get_u16(record_, key));
  }
  ObjectBuilder& u32(const char* name, ares_dns_rr_key_t key) {
    return number(name, ares_dns_rr_get_u32(record_, key));
  }
  ObjectBuilder& number(const char* name, uint32_t value) {
    js_.set(object_, name, to_js(js_, value));
    return *this;
  }
  ObjectBuilder& value(const char* name, v8::Local<v8::Value> value) {
    js_.set(object_, name, value);
    return *this;
  }
  v8::Local<v8::Object> object() const { return object_; }

 private:
  Realm& js_;
  const ares_dns_rr_t* record_;
  v8::Local<v8::Object> object_;
};

v8::Local<v8::Value> address(Realm& js, const ares_dns_rr_t* record) {
  char text[INET6_ADDRSTRLEN] = "";
  if (ares_dns_rr_get_type(record) == ARES_REC_TYPE_A) {
    inet_ntop(AF_INET, ares_dns_rr_get_addr(record, ARES_RR_A_ADDR), text, sizeof(text));
  } else {
    inet_ntop(AF_INET6, ares_dns_rr_get_addr6(record, ARES_RR_AAAA_ADDR), text, sizeof(text));
  }
  return js.string(text);
}

v8::Local<v8::Value> chunks(Realm& js, const ares_dns_rr_t* record) {
  v8::LocalVector<v8::Value> parts(js.isolate());
  size_t count = ares_dns_rr_get_abin_cnt(record, ARES_RR_TXT_DATA);
  for (size_t i = 0; i < count; i++) {
    size_t size = 0;
    const unsigned char* data = ares_dns_rr_get_abin(record, ARES_RR_TXT_DATA, i, &size);
    parts.push_back(js.string({reinterpret_cast<const char*>(data), size}));
  }
  return v8::Array::New(js.isolate(), parts.data(), parts.size());
}

v8::Local<v8::Value> bytes(Realm& js, const ares_dns_rr_t* record, ares_dns_rr_key_t key) {
  size_t size = 0;
  const unsigned char* data = ares_dns_rr_get_bin(record, key, &size);
  v8::Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(js.isolate(), size);
  if (size > 0) std::memcpy(buffer->Data(), data, size);
  return buffer;
}

v8::Local<v8::Object> caa(Realm& js, const ares_dns_rr_t* record) {
  size_t size = 0;
  const unsigned char* data = ares_dns_rr_get_bin(record, ARES_RR_CAA_VALUE, &size);
  const char* tag = ares_dns_rr_get_str(record, ARES_RR_CAA_TAG);
  return ObjectBuilder(js, record)
      .u8("critical", ARES_RR_CAA_CRITICAL)
      .value(tag ? tag : "", js.string({reinterpret_cast<const char*>(data), size}))
      .object();
}

v8::Local<v8::Object> soa(Realm& js, const ares_dns_rr_t* record) {
  return ObjectBuilder(js, record)
      .text("nsname", ARES_RR_SOA_MNAME)
      .text("hostmaster", ARES_RR_SOA_RNAME)
      .u32("serial", ARES_RR_SOA_SERIAL)
      .u32("refresh", ARES_RR_SOA_REFRESH)
      .u32("retry", ARES_RR_SOA_RETRY)
      .u32("expire", ARES_RR_SOA_EXPIRE)
      .u32("minttl", ARES_RR_SOA_MINIMUM)
      .object();
}

// The name that a record of these types is about.
ares_dns_rr_key_t name_key(ares_dns_rec_type_t type) {
  switch (type) {
    case ARES_REC_TYPE_NS: return ARES_RR_NS_NSDNAME;
    case ARES_REC_TYPE_PTR: return ARES_RR_PTR_DNAME;
    default: return ARES_RR_CNAME_CNAME;
  }
}

// What a query for its own type gives for a record.
v8::Local<v8::Value> record_to_js(Realm& js, const ares_dns_rr_t* record) {
  ObjectBuilder builder(js, record);
  switch (ares_dns_rec_type_t type = ares_dns_rr_get_type(record)) {
    case ARES_REC_TYPE_A:
    case ARES_REC_TYPE_AAAA: return address(js, record);
    case ARES_REC_TYPE_CNAME:
    case ARES_REC_TYPE_NS:
    case ARES_REC_TYPE_PTR: return js.string(ares_dns_rr_get_str(record, name_key(type)));
    case ARES_REC_TYPE_TXT: return chunks(js, record);
    case ARES_REC_TYPE_MX:
      return builder.text("exchange", ARES_RR_MX_EXCHANGE).u16("priority", ARES_RR_MX_PREFERENCE).object();
    case ARES_REC_TYPE_SRV:
      return builder.text("name", ARES_RR_SRV_TARGET)
          .u16("port", ARES_RR_SRV_PORT)
          .u16("priority", ARES_RR_SRV_PRIORITY)
          .u16("weight", ARES_RR_SRV_WEIGHT)
          .object();
    case ARES_REC_TYPE_NAPTR:
      return builder.text("flags", ARES_RR_NAPTR_FLAGS)
          .text("service", ARES_RR_NAPTR_SERVICES)
          .text("regexp", ARES_RR_NAPTR_REGEXP)
          .text("replacement", ARES_RR_NAPTR_REPLACEMENT)
          .u16("order", ARES_RR_NAPTR_ORDER)
          .u16("preference", ARES_RR_NAPTR_PREFERENCE)
          .object();
    case ARES_REC_TYPE_SOA: return soa(js, record);
    case ARES_REC_TYPE_TLSA:
      return builder.u8("certUsage", ARES_RR_TLSA_CERT_USAGE)
          .u8("selector", ARES_RR_TLSA_SELECTOR)
          .u8("match", ARES_RR_TLSA_MATCH)
          .value("data", bytes(js, record, ARES_RR_TLSA_DATA))
          .object();
    case ARES_REC_TYPE_CAA: return caa(js, record);
    default: return v8::Undefined(js.isolate());
  }
}

// The same for a query of any type: always an object, with the type.
v8::Local<v8::Object> typed_record_to_js(Realm& js, const ares_dns_rr_t* record) {
  ares_dns_rec_type_t type = ares_dns_rr_get_type(record);
  v8::Local<v8::Value> plain = record_to_js(js, record);
  ObjectBuilder builder(js, record);
  if (type == ARES_REC_TYPE_A || type == ARES_REC_TYPE_AAAA) {
    builder.value("address", plain).number("ttl", ares_dns_rr_get_ttl(record));
  } else if (type == ARES_REC_TYPE_TXT) {
    builder.value("entries", plain);
  } else if (!plain->IsObject()) {
    builder.value("value", plain);
  }
  v8::Local<v8::Object> object = plain->IsObject() && !plain->IsArray() ? plain.As<v8::Object>() : builder.object();
  js.set(object, "type", js.name(kRecordTypes[rank(type)].name));
  return object;
}

const ares_dns_rr_t* answer_at(const ares_dns_record_t* answer, size_t index) {
  return ares_dns_record_rr_get_const(answer, ARES_SECTION_ANSWER, index);
}

}  // namespace

const RecordType* find_record_type(std::string_view name) {
  for (const RecordType& each : kRecordTypes) {
    if (name == each.name) return &each;
  }
  return nullptr;
}

const char* status_name(int status) {
  switch (status) {
    case ARES_ENODATA: return "ENODATA";
    case ARES_EFORMERR: return "EFORMERR";
    case ARES_ESERVFAIL: return "ESERVFAIL";
    case ARES_ENOTFOUND: return "ENOTFOUND";
    case ARES_ENOTIMP: return "ENOTIMP";
    case ARES_EREFUSED: return "EREFUSED";
    case ARES_EBADQUERY: return "EBADQUERY";
    case ARES_EBADNAME: return "EBADNAME";
    case ARES_EBADFAMILY: return "EBADFAMILY";
    case ARES_EBADRESP: return "EBADRESP";
    case ARES_ECONNREFUSED: return "ECONNREFUSED";
    case ARES_ETIMEOUT: return "ETIMEOUT";
    case ARES_EOF: return "EOF";
    case ARES_EFILE: return "EFILE";
    case ARES_ENOMEM: return "ENOMEM";
    case ARES_EDESTRUCTION: return "EDESTRUCTION";
    case ARES_EBADSTR: return "EBADSTR";
    case ARES_EBADFLAGS: return "EBADFLAGS";
    case ARES_ENONAME: return "ENONAME";
    case ARES_EBADHINTS: return "EBADHINTS";
    case ARES_ENOTINITIALIZED: return "ENOTINITIALIZED";
    case ARES_ECANCELLED: return "ECANCELLED";
    case ARES_ESERVICE: return "ESERVICE";
    case ARES_ENOSERVER: return "ENOSERVER";
    default: return "UNKNOWN_ARES_ERROR";
  }
}

v8::Local<v8::Array> records_to_js(Realm& js, const ares_dns_record_t* answer, ares_dns_rec_type_t type,
                                   v8::Local<v8::Array>& ttls) {
  std::vector<const ares_dns_rr_t*> records;
  size_t count = ares_dns_record_rr_cnt(answer, ARES_SECTION_ANSWER);
  for (size_t i = 0; i < count; i++) {
    const ares_dns_rr_t* record = answer_at(answer, i);
    ares_dns_rec_type_t found = ares_dns_rr_get_type(record);
    bool wanted = type == ARES_REC_TYPE_ANY ? rank(found) >= 0 : found == type;
    if (wanted) records.push_back(record);
  }
  if (type == ARES_REC_TYPE_ANY) {
    std::stable_sort(records.begin(), records.end(), [](const auto* a, const auto* b) {
      return rank(ares_dns_rr_get_type(a)) < rank(ares_dns_rr_get_type(b));
    });
  }
  v8::LocalVector<v8::Value> values(js.isolate());
  v8::LocalVector<v8::Value> times(js.isolate());
  for (const ares_dns_rr_t* record : records) {
    if (type == ARES_REC_TYPE_ANY) {
      values.push_back(typed_record_to_js(js, record));
    } else {
      values.push_back(record_to_js(js, record));
    }
    times.push_back(to_js(js, static_cast<uint32_t>(ares_dns_rr_get_ttl(record))));
  }
  ttls = v8::Array::New(js.isolate(), times.data(), times.size());
  return v8::Array::New(js.isolate(), values.data(), values.size());
}

v8::MaybeLocal<v8::Object> soa_to_js(Realm& js, const ares_dns_record_t* answer) {
  size_t count = ares_dns_record_rr_cnt(answer, ARES_SECTION_ANSWER);
  for (size_t i = 0; i < count; i++) {
    const ares_dns_rr_t* record = answer_at(answer, i);
    if (ares_dns_rr_get_type(record) == ARES_REC_TYPE_SOA) return soa(js, record);
  }
  return {};
}

}  // namespace gyre::dns
