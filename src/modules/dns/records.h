// DNS answers of c-ares as JavaScript values.
#pragma once

#include <ares.h>

#include "binding/realm.h"

namespace gyre::dns {

// Null for a type that the module does not resolve.
struct RecordType {
  const char* name;
  ares_dns_rec_type_t type;
};
const RecordType* find_record_type(std::string_view name);

// The name of a c-ares status in Node: "ENOTFOUND".
const char* status_name(int status);

// The records of one type in an answer. A and AAAA come with their times to live in `ttls`. Empty
// when there is none. For ANY each record says its type.
v8::Local<v8::Array> records_to_js(Realm& js, const ares_dns_record_t* answer, ares_dns_rec_type_t type,
                                   v8::Local<v8::Array>& ttls);

// The one SOA record of an answer, or empty.
v8::MaybeLocal<v8::Object> soa_to_js(Realm& js, const ares_dns_record_t* answer);

}  // namespace gyre::dns
