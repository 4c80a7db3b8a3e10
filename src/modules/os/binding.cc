#include "binding/binding.h"
#include "modules/os/os.h"

namespace gyre::os {

namespace {

v8::Local<v8::Object> bare_object(Realm& js) {
  return v8::Object::New(js.isolate(), v8::Null(js.isolate()), nullptr, nullptr, 0);
}

v8::Local<v8::Value> numbers(Realm& js, const NamedNumber* list) {
  v8::Local<v8::Object> object = bare_object(js);
  for (; list->name != nullptr; list++) js.set(object, list->name, to_js(js, list->value));
  return object;
}

}  // namespace

v8::Local<v8::Value> to_js(Realm& js, const Cpu& cpu) {
  v8::Local<v8::Object> times = v8::Object::New(js.isolate());
  js.set(times, "user", gyre::to_js(js, cpu.user));
  js.set(times, "nice", gyre::to_js(js, cpu.nice));
  js.set(times, "sys", gyre::to_js(js, cpu.sys));
  js.set(times, "idle", gyre::to_js(js, cpu.idle));
  js.set(times, "irq", gyre::to_js(js, cpu.irq));
  v8::Local<v8::Object> object = v8::Object::New(js.isolate());
  js.set(object, "model", gyre::to_js(js, cpu.model));
  js.set(object, "speed", gyre::to_js(js, cpu.speed));
  js.set(object, "times", times);
  return object;
}

v8::Local<v8::Value> to_js(Realm& js, const Interface& interface) {
  v8::Local<v8::Object> object = v8::Object::New(js.isolate());
  js.set(object, "address", gyre::to_js(js, interface.address));
  js.set(object, "netmask", gyre::to_js(js, interface.netmask));
  js.set(object, "family", js.name(interface.is_ipv6 ? "IPv6" : "IPv4"));
  js.set(object, "mac", gyre::to_js(js, interface.mac));
  js.set(object, "internal", gyre::to_js(js, interface.is_internal));
  v8::Local<v8::Value> cidr = v8::Null(js.isolate());
  if (interface.prefix_length >= 0) {
    cidr = js.string(interface.address + "/" + std::to_string(interface.prefix_length));
  }
  js.set(object, "cidr", cidr);
  if (interface.is_ipv6) js.set(object, "scopeid", gyre::to_js(js, interface.scope_id));
  // With its name beside it: an interface has as many of these as addresses.
  v8::Local<v8::Value> pair[] = {js.string(interface.name), object};
  return v8::Array::New(js.isolate(), pair, 2);
}

v8::Local<v8::Value> to_js(Realm& js, const User& user) {
  v8::Local<v8::Object> object = bare_object(js);
  js.set(object, "uid", gyre::to_js(js, user.uid));
  js.set(object, "gid", gyre::to_js(js, user.gid));
  js.set(object, "username", js.buffer(user.username));
  js.set(object, "homedir", js.buffer(user.homedir));
  js.set(object, "shell", js.buffer(user.shell));
  return object;
}

v8::Local<v8::Value> to_js(Realm& js, const Uname& uname) {
  v8::Local<v8::Object> object = bare_object(js);
  js.set(object, "type", js.string(uname.sysname));
  js.set(object, "release", js.string(uname.release));
  js.set(object, "version", js.string(uname.version));
  js.set(object, "machine", js.string(uname.machine));
  return object;
}

GYRE_MODULE(os) {
  b.function<&hostname>("hostname");
  b.function<&homedir>("homedir");
  b.function<&uname>("uname");
  b.function<&user_info>("userInfo");
  b.function<&uptime>("uptime");
  b.function<&priority>("getPriority");
  b.function<&set_priority>("setPriority");
  b.function<&network_interfaces>("networkInterfaces");
  b.function<&cpus>("cpus");
  b.function<&load_average>("loadavg");
  b.function<&free_memory>("freemem");
  b.function<&total_memory>("totalmem");
  b.function<&available_parallelism>("availableParallelism");
  b.value("errno", [](Realm& js) { return numbers(js, kErrnos); });
  b.value("signals", [](Realm& js) { return numbers(js, kSignals); });
  b.value("dlopen", [](Realm& js) { return numbers(js, kDlopenFlags); });
}

}  // namespace gyre::os
