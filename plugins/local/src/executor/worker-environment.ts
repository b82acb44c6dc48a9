const basic = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];

/**
 * What a supervisor's own process gets of this machine. No certificates: reading `NODE_EXTRA_CA_CERTS` would cost each
 * start of a worker tens of milliseconds, and a supervisor speaks to nobody.
 */
export function supervisorEnvironment(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(basic.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
