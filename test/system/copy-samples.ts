// The compiler copies no data: this puts what sample tenants are filled with into the build, and the checks of an audit
// bundle as they are read by people. Argument: its folder.
import { cpSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const [build = 'dist'] = process.argv.slice(2);
cpSync(resolve(root, 'main/samples'), resolve(root, build, 'main/samples'), { recursive: true });
cpSync(resolve(root, 'main/audit/bundle/verifier'), resolve(root, build, 'main/audit/bundle/verifier'), {
  recursive: true,
});
