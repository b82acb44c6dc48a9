const basic = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
const certificates = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'PIP_CERT',
  'GIT_SSL_CAINFO',
];

/** Of a machine's variables those that tasks see: `machineEnv` of a worker's place. Nothing else of the machine reaches them. */
export function taskVariables(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const names = [...basic, ...proxies, ...certificates];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
