// The options that change OpenSSL before a program starts.
'use strict';

const binding = native('crypto');

/** Applies --openssl-config, --openssl-shared-config and --openssl-legacy-provider. */
function applyOptions() {
  const options = native('options');
  const config = options.get('--openssl-config');
  if (config) {
    const isShared = options.get('--openssl-shared-config');
    binding.loadConfig(config, isShared ? 'openssl_conf' : 'nodejs_conf');
  }
  if (options.get('--openssl-legacy-provider')) binding.loadLegacyProvider();
}

module.exports = { applyOptions };
