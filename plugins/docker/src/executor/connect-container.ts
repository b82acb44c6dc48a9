import { relayCommand, PORTABLE_RUNTIME_DIRECTORY, streamConnection } from '@ambit/plugin-api';
import type { Connection } from '@ambit/plugin-api';
import type { Containers } from '../daemon/containers.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { directSocket } from './direct-socket.ts';
import { RelayStream } from './relay-stream.ts';
import { SOCKET } from './worker-container.ts';

export interface ConnectContainer {
  readonly daemon: Daemon;
  readonly containers: Containers;
  /** Its id. */
  readonly container: string;
  readonly worker: string;
}

/** To its socket where that can be reached from here, else through a command beside the worker, which the engine joins to this process. */
export async function connectContainer(parts: ConnectContainer, signal: AbortSignal): Promise<Connection> {
  const { containers, container, worker } = parts;
  const socket = await direct(parts, signal);
  if (socket) return streamConnection(socket, worker);
  const relay = await containers.exec(container, relayCommand(PORTABLE_RUNTIME_DIRECTORY, SOCKET), signal);
  return streamConnection(new RelayStream(relay), worker);
}

/** Only where the engine is reached by a socket, as those of this machine are. */
async function direct({ daemon, containers, container }: ConnectContainer, signal: AbortSignal): ReturnType<typeof directSocket> {
  if (process.platform !== 'linux' || !(await daemon.address()).startsWith('unix:')) return undefined;
  const pid = (await containers.inspect(container, signal))?.State.Pid;
  return pid ? directSocket({ container, pid, socket: SOCKET, proc: '/proc' }, signal) : undefined;
}
