// Holds the folder it is given until it is killed or its input ends.
import { lockFolder } from '../../main/storage/folder-lock.ts';

const [folder = ''] = process.argv.slice(2);
const lock = await lockFolder({
  folder,
  holder: { pid: process.pid, host: 'here', since: 1_790_000_000_000, socket: '/run/holdfast.sock' },
});
console.log('locked');
process.stdin.resume();
process.stdin.on('end', () => {
  lock.release();
});
