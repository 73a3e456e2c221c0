import { forwardAddress } from '../../../shared/forwarding.ts';
import type { Route, Transport } from './route.ts';
import { SyslogTransport } from './syslog-transport.ts';
import { WebhookTransport } from './webhook-transport.ts';

/** How entries get to a destination of this kind. */
export function transportOf(route: Route): Transport {
  const { place } = route;
  return place.kind === 'webhook'
    ? new WebhookTransport(route, new URL(forwardAddress(place)))
    : new SyslogTransport(route, place);
}
