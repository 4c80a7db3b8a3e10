'use strict';
// Facts about this runtime that few programs ask: process.versions, release, config, features.

const info = native('process_info');

function* pairs(flat) {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i], flat[i + 1]];
}

function frozen(entries) {
  const object = {};
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, {
      value,
      enumerable: true,
      writable: false,
      configurable: false,
    });
  }
  return object;
}

module.exports = {
  versions: frozen(pairs(info.versions)),
  release: frozen(pairs(info.release)),
  config: Object.freeze({
    target_defaults: Object.freeze({
      cflags: [],
      default_configuration: 'Release',
      defines: [],
      include_dirs: [],
      libraries: [],
    }),
    variables: Object.freeze({
      node_use_node_snapshot: true,
      asan: info.asan ? 1 : 0,
      host_arch: 'x64',
      icu_small: false,
      is_debug: 0,
      napi_build_version: '10',
      node_builtin_shareable_builtins: [],
      node_module_version: 137,
      node_shared: false,
      node_use_amaro: true,
      node_use_node_code_cache: true,
      node_use_openssl: true,
      node_use_sqlite: true,
      openssl_is_fips: false,
      shlib_suffix: 'so.137',
      single_executable_application: false,
      target_arch: 'x64',
      v8_enable_i18n_support: 1,
      v8_enable_inspector: 1,
    }),
  }),
  features: frozen([
    ['inspector', true],
    ['debug', false],
    ['uv', true],
    ['ipv6', true],
    ['tls_alpn', true],
    ['tls_sni', true],
    ['tls_ocsp', true],
    ['tls', true],
    ['openssl_is_boringssl', false],
    ['cached_builtins', true],
    ['require_module', require('loader/flags').requiresModules()],
    ['typescript', require('loader/flags').typeScriptMode()],
  ]),
  get allowedNodeEnvironmentFlags() {
    return require('runtime/process_flags').make();
  },
};
