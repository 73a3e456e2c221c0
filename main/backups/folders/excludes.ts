import picomatch from 'picomatch';

/** Whether an entry, by its path below the folder with `/`, is left out. */
export type Excluded = (path: string) => boolean;

/**
 * Patterns in the manner of .gitignore: without a slash one means a name anywhere, with one a path below the folder.
 * `*`, `?`, `[a-z]`, `{a,b}` and `**` are known; a folder that matches is left out with all that is in it.
 */
export function excludedBy(patterns: readonly string[]): Excluded {
  const options = { dot: true, noextglob: true, nocase: process.platform === 'win32' };
  const names: string[] = [];
  const paths: string[] = [];
  for (const pattern of patterns) {
    const bare = pattern.replace(/\/+$/, '');
    if (bare.includes('/')) paths.push(bare.replace(/^\/+/, ''));
    else if (bare !== '') names.push(bare);
  }
  const named = picomatch(names, options);
  const placed = picomatch(paths, options);
  return (path) =>
    (names.length > 0 && named(path.slice(path.lastIndexOf('/') + 1))) || (paths.length > 0 && placed(path));
}
