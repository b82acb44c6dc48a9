import { taskVariables } from '@ambit/plugin-api';

/**
 * The proxies of the machine that starts the build, as build arguments that every builder knows: commands see them as variables,
 * and neither the image nor its history nor the key of the cache has them. A proxy on the machine itself is another one in a build.
 */
export function buildProxies(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const proxies = Object.entries(taskVariables(env)).filter(([name]) => /_proxy$/i.test(name));
  return Object.fromEntries(proxies.filter(([name, value]) => value !== '' && (/^no_proxy$/i.test(name) || !isLoopback(value))));
}

/** Whether an address means whoever asks for it. */
export function isLoopback(address: string): boolean {
  const host = URL.canParse(address) && address.includes('://') ? new URL(address).hostname : address.replace(/:\d+\/?$/, '');
  return /^(localhost|127\.[\d.]+|\[?::1\]?)$/i.test(host);
}
