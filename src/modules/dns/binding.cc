#include <netdb.h>

#include "binding/binding.h"
#include "modules/dns/channel.h"
#include "modules/dns/lookup.h"

namespace gyre::dns {

v8::Local<v8::Value> to_js(Realm& js, const Service& service) {
  v8::Local<v8::Object> object = v8::Object::New(js.isolate());
  js.set(object, "hostname", js.string(service.hostname));
  js.set(object, "service", js.string(service.service));
  return object;
}

GYRE_MODULE(dns) {
  b.provider("GETADDRINFOREQWRAP");
  b.blocking<&look_up>("lookup");
  b.provider("GETNAMEINFOREQWRAP");
  b.blocking<&look_up_service>("lookupService");
  b.class_<Query>("QueryReqWrap").constructor<>();
  b.class_<Channel>("ChannelWrap")
      .constructor<int32_t, int32_t, uint32_t>()
      .method<&Channel::query>("query")
      .method<&Channel::reverse>("reverse")
      .method<&Channel::cancel>("cancel")
      .method<&Channel::servers>("getServers")
      .method<&Channel::set_servers>("setServers")
      .method<&Channel::set_local_address>("setLocalAddress");
  b.constant("AI_ADDRCONFIG", AI_ADDRCONFIG);
  b.constant("AI_ALL", AI_ALL);
  b.constant("AI_V4MAPPED", AI_V4MAPPED);
}

}  // namespace gyre::dns
