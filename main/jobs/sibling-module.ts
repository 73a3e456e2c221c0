/**
 * The URL of a module beside the caller (`import.meta.url`), with the caller's own extension: `.ts` in a
 * checkout, `.js` in a build. For worker threads, which are started by URL.
 */
export function siblingModule(callerUrl: string, name: string): URL {
  return new URL(`./${name}${callerUrl.slice(callerUrl.lastIndexOf('.'))}`, callerUrl);
}
