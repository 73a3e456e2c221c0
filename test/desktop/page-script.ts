/**
 * What the stories run in the page: `ask` gets a port from the preload script as the renderer does; `call` sends one call over the
 * port that was got last and answers `{ status, answer }`; `gone` settles once that port is closed; `alerts` are those that a person
 * asked for by a click on a notification.
 */
export const pageScript = `
  globalThis.ask = () => new Promise((resolve) => {
    const take = ({ source, data, ports: [port] }) => {
      if (source !== window || data?.holdfast !== 'connect' || port === undefined) return;
      window.removeEventListener('message', take);
      globalThis.port = port;
      globalThis.gone = new Promise((closed) => port.addEventListener('close', () => closed('gone')));
      port.start();
      resolve('connected');
    };
    window.addEventListener('message', take);
    window.postMessage({ holdfast: 'ready' }, window.location.origin);
  });
  globalThis.alerts = [];
  window.addEventListener('message', ({ source, data }) => {
    if (source === window && data?.holdfast === 'alerts') globalThis.alerts.push(data.alertId);
  });
  globalThis.calls = 0;
  globalThis.call = (path, input) => new Promise((resolve) => {
    const id = String(globalThis.calls += 1);
    const port = globalThis.port;
    const take = ({ data }) => {
      const { i, p } = JSON.parse(data);
      if (i !== id) return;
      port.removeEventListener('message', take);
      resolve(JSON.stringify({ status: p.s ?? 200, answer: p.b?.json }));
    };
    port.addEventListener('message', take);
    port.postMessage(JSON.stringify({ i: id, p: { u: path, b: { json: input } } }));
  });
`;
