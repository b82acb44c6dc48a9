import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import type { PemContents } from './pem-contents.ts';

/** How long a connection may take, with its handshake, and when it is time to say that it takes long. */
export interface Patience {
  readonly noticeMs: number;
  readonly limitMs: number;
  /** May be called for several connections. */
  readonly onSlow: () => void;
}

/** As Node's own agents are. A second way to an engine far away is not tried before the first can have answered. */
const usual = { keepAlive: true, scheduling: 'lifo', timeout: 5000, autoSelectFamilyAttemptTimeout: 2000 } as const;

/**
 * Makes connections to an engine at a port, with TLS where there is something to trust. One that does not come is given up: Linux itself
 * waits for two minutes.
 */
export function engineAgent(pem: PemContents | undefined, patience: Patience): PlainAgent {
  const agent = pem ? new SecureAgent({ ...usual, ...pem }) : new PlainAgent(usual);
  const create = agent.createConnection.bind(agent) as (...args: readonly unknown[]) => Socket;
  return Object.assign(agent, {
    createConnection: (...args: readonly unknown[]) => limited(create(...args), pem ? 'secureConnect' : 'connect', patience),
    // docker-modem writes out all options of each call for its debugging, whether that is wanted or not: keys are here.
    [inspect.custom]: () => 'Agent',
  });
}

function limited(socket: Socket, connected: 'connect' | 'secureConnect', { noticeMs, limitMs, onSlow }: Patience): Socket {
  const late = Object.assign(new Error(`there was no connection within ${limitMs / 1000} s`), { code: 'ETIMEDOUT' });
  const timers = [setTimeout(onSlow, noticeMs), setTimeout(() => socket.destroy(late), limitMs)];
  for (const event of [connected, 'close']) socket.once(event, () => timers.forEach(clearTimeout));
  return socket;
}
