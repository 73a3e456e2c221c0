// The compiler copies no data: this puts what sample tenants are filled with into the build. Argument: its folder.
import { cpSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const [build = 'dist'] = process.argv.slice(2);
cpSync(resolve(root, 'main/samples'), resolve(root, build, 'main/samples'), { recursive: true });
