#!/usr/bin/env node
// Says so on a Node that the database cannot run on, before anything else is loaded.
const oldest = 22;

async function start() {
  const { keepCompiledModules } = await import('./compile-cache.ts');
  keepCompiledModules();
  const { runProcess } = await import('./process.ts');
  await runProcess();
}

if (Number(process.versions.node.split('.')[0]) < oldest) {
  process.stderr.write(`holdfast needs Node.js ${oldest} or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  start().catch((error) => {
    const unread = error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION';
    const reason = unread ? 'in a checkout it needs Node.js 22.18 or newer' : String(error);
    process.stderr.write(`holdfast cannot start: ${reason}.\n`);
    process.exitCode = 1;
  });
}
