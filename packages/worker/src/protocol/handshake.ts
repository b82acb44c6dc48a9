import { messageOf } from './protocol-errors.ts';
import type { EngineMessage, WorkerMessage } from './messages.ts';
import type { Wire } from './wire.ts';

type Message = EngineMessage | WorkerMessage;

/** Does a handshake. Where it fails or is aborted, the other end is told why, and the connection is closed. */
export async function handshake<Sent extends Message, Received extends Message, Result>(
  wire: Wire<Sent, Received>,
  signal: AbortSignal,
  steps: () => Promise<Result>,
): Promise<Result> {
  const abort = (): void => void wire.abandon('its handshake was aborted');
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    const result = await steps();
    signal.throwIfAborted();
    return result;
  } catch (error) {
    await (signal.aborted ? wire.abandon('its handshake was aborted') : wire.dismiss(messageOf(error)));
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
