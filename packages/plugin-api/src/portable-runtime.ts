/**
 * Where a portable runtime lies in a container, whatever its image: its Node names its own loader by this path. A portable runtime is a
 * folder on the engine's machine that an executor with `runtime: ['copied']` brings there whole: `node` with `ld.so` and the libraries in
 * `lib`, `supervisor.js`, `runner.js`, `runtime.js`, `relay.js`, and `copy.js`. For an executor with `runtime: ['image']` it is an image in a
 * registry that holds just this folder, at this place.
 */
export const PORTABLE_RUNTIME_DIRECTORY = '/opt/ambit/runtime';

/**
 * How a relay is started beside a supervisor that listens on a Unix socket: what comes in at its stdin goes to the socket, what comes from
 * there to its stdout. It waits for the socket, and ends with the connection, or when nothing has come from either side for a minute.
 */
export function relayCommand(runtimeDirectory: string, socket: string): readonly string[] {
  return [`${runtimeDirectory}/node`, `${runtimeDirectory}/relay.js`, socket];
}

/**
 * How an image of the runtime is started, so that it copies the runtime into a folder: one that is there, or that it makes. Modes and links
 * are kept, and what lies there under the same names is replaced; the folder itself needs no owner but the right to write.
 */
export function copyRuntimeCommand(target: string): readonly string[] {
  return [`${PORTABLE_RUNTIME_DIRECTORY}/node`, `${PORTABLE_RUNTIME_DIRECTORY}/copy.js`, target];
}
