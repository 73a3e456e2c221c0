// A thread with nothing to do: how late its event loop is says how busy the machine was.
import { parentPort } from 'node:worker_threads';
import { type Delays, measureDelays } from './delays.ts';

let end: (() => Delays) | undefined;

parentPort?.on('message', (message: 'start' | 'end') => {
  if (message === 'start') end = measureDelays();
  parentPort?.postMessage(message === 'start' ? null : end?.());
});
