import { RPCLink } from '@orpc/client/message-port';
import type { Wire } from './transport.ts';

/** The desktop window: the preload script hands over one MessagePort to the core when the page asks for it. */
export function openPortWire(): Promise<Wire> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent<unknown>) => {
      const [port] = event.ports;
      if (event.source !== window || event.origin !== window.location.origin || port === undefined) return;
      window.removeEventListener('message', take);
      const closed = new Promise<void>((ended) => {
        port.addEventListener('close', () => ended(), { once: true });
      });
      const link = new RPCLink({ port });
      port.start();
      resolve({ link, closed, close: () => port.close() });
    };
    window.addEventListener('message', take);
    window.postMessage({ holdfast: 'ready' }, window.location.origin);
  });
}
