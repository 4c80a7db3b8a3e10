// The options that change OpenSSL before a program starts.
'use strict';

const binding = native('crypto');

/** Applies --openssl-config, --openssl-shared-config, --openssl-legacy-provider, --enable-fips. */
function applyOptions() {
  const options = native('options');
  const config = options.get('--openssl-config');
  if (config) {
    const isShared = options.get('--openssl-shared-config');
    binding.loadConfig(config, isShared ? 'openssl_conf' : 'nodejs_conf');
  }
  if (options.get('--openssl-legacy-provider')) binding.loadLegacyProvider();
  const flag = ['--force-fips', '--enable-fips'].find((name) => options.get(name));
  if (flag === undefined) return;
  if (!binding.hasFipsProvider()) {
    native('process').writeStderr(
      `${process.argv0}: ${flag} requires an active OpenSSL provider named "fips". FIPS mode is ` +
        'configured through OpenSSL; see https://nodejs.org/api/crypto.html#fips-mode\n',
    );
    process.reallyExit(1);
  }
  binding.setFips(true);
}

module.exports = { applyOptions };
