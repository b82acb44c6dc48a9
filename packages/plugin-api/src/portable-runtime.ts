/**
 * Where a portable runtime lies in a container, whatever its image: its Node names its own loader by this path. A portable runtime is a
 * folder on the engine's machine that an executor with `runtime: ['copied']` brings there whole: `node` with `ld.so` and the libraries in
 * `lib`, `supervisor.js`, `runner.js`, `runtime.js`, and `relay.js`.
 */
export const PORTABLE_RUNTIME_DIRECTORY = '/opt/ambit/runtime';

/**
 * How a relay is started beside a supervisor that listens on a Unix socket: what comes in at its stdin goes to the socket, what comes from
 * there to its stdout. It waits for the socket, and ends with the connection, or when nothing has come from either side for a minute.
 */
export function relayCommand(runtimeDirectory: string, socket: string): readonly string[] {
  return [`${runtimeDirectory}/node`, `${runtimeDirectory}/relay.js`, socket];
}
