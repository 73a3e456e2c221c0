// Zip: stored and deflated files, side by side from the first byte to the last, nothing hidden between.
import { same, textOf } from './bytes.mjs';
import { CannotRun, must, Tampered } from './findings.mjs';

const uint16 = (bytes, at) => bytes[at] | (bytes[at + 1] << 8);
const uint32 = (bytes, at) => (uint16(bytes, at) | (uint16(bytes, at + 2) << 16)) >>> 0;
const uint64 = (bytes, at) => uint32(bytes, at + 4) * 2 ** 32 + uint32(bytes, at);

const crcTable = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes, before) {
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 255];
  return ~crc >>> 0;
}

const whole = 'The file is not a whole bundle: it was cut or changed';

/** Where the list of files lies, from the records at the very end of the file (APPNOTE 4.3.14 to 4.3.16). */
async function zipEnd(source) {
  must(source.size >= 22, whole);
  const end = await source.read(source.size - 22, 22);
  must(uint32(end, 0) === 0x06054b50 && uint16(end, 20) === 0, whole);
  must(uint16(end, 4) === 0 && uint16(end, 6) === 0 && uint16(end, 8) === uint16(end, 10), whole);
  const short = {
    count: uint16(end, 10),
    size: uint32(end, 12),
    offset: uint32(end, 16),
    end: source.size - 22,
  };
  if (short.count < 0xffff && short.size < 0xffffffff && short.offset < 0xffffffff) return short;
  must(source.size >= 98, whole);
  const long = await source.read(source.size - 98, 76);
  const start = source.size - 98;
  must(uint32(long, 0) === 0x06064b50 && uint64(long, 4) === 44, whole);
  must(uint32(long, 56) === 0x07064b50 && uint64(long, 64) === start, whole);
  must(
    uint32(long, 16) === 0 && uint32(long, 20) === 0 && uint32(long, 60) === 0 && uint32(long, 72) === 1,
    whole,
  );
  must(uint64(long, 24) === uint64(long, 32), whole);
  const found = { count: uint64(long, 32), size: uint64(long, 40), offset: uint64(long, 48), end: start };
  const told = (value, small, most) => small === value || small === most;
  must(told(found.count, short.count, 0xffff), whole);
  must(told(found.size, short.size, 0xffffffff) && told(found.offset, short.offset, 0xffffffff), whole);
  return found;
}

const mostListed = 512 * 2 ** 20;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** The files of the bundle by name. Throws Tampered for whatever no bundle has. */
export async function openZip(source) {
  const end = await zipEnd(source);
  must(end.offset + end.size === end.end, whole);
  must(end.size <= mostListed, 'The list of files is longer than that of any bundle');
  const list = await source.read(end.offset, end.size);
  const files = new Map();
  let next = 0;
  let at = 0;
  for (let number = 0; number < end.count; number += 1) {
    must(at + 46 <= list.length && uint32(list, at) === 0x02014b50, whole);
    const [nameLength, extraLength] = [uint16(list, at + 28), uint16(list, at + 30)];
    const headerEnd = at + 46 + nameLength + extraLength;
    must(headerEnd <= list.length && uint16(list, at + 32) === 0, whole);
    const name = textOf(list.subarray(at + 46, at + 46 + nameLength), 'The name of a file');
    must(
      name.length <= 200 && namePattern.test(name),
      `A file has a name that no bundle has: ${name.slice(0, 200)}`,
    );
    must(!files.has(name), `${name} is in the file twice`);
    const file = { name, ...entryOf(list, at, list.subarray(headerEnd - extraLength, headerEnd)) };
    must(file.offset === next, `Between the files of the bundle lies something else, before ${name}`);
    file.start = await localEnd(source, file, list.subarray(at, headerEnd), end.offset);
    next = await afterData(source, file, end.offset);
    files.set(name, file);
    at = headerEnd;
  }
  must(at === list.length && next === end.offset, whole);
  return files;
}

/** A file as the list has it; all that may vary in a bundle, and nothing else may. */
function entryOf(list, at, extra) {
  const [flags, method] = [uint16(list, at + 8), uint16(list, at + 10)];
  const odd = 'A file has a header that no bundle has';
  must((flags & ~0x0808) === 0 && (method === 0 || method === 8), odd);
  must(uint16(list, at + 12) === 0 && uint16(list, at + 14) === 0x21, odd); // 1980-01-01 00:00
  must(uint16(list, at + 34) === 0 && uint16(list, at + 36) === 0, odd);
  must(uint32(list, at + 38) === (0o100644 << 16) >>> 0 && uint16(list, at + 4) >> 8 === 3, odd);
  const file = {
    flags,
    method,
    crc: uint32(list, at + 16),
    packed: uint32(list, at + 20),
    size: uint32(list, at + 24),
    offset: uint32(list, at + 42),
    long: extra.length > 0,
  };
  if (!file.long) return file;
  must(extra.length === 28 && uint16(extra, 0) === 1 && uint16(extra, 2) === 24, odd);
  must(
    [file.packed, file.size, file.offset].every((value) => value === 0xffffffff),
    odd,
  );
  return { ...file, size: uint64(extra, 4), packed: uint64(extra, 12), offset: uint64(extra, 20) };
}

/** Where a file's bytes begin: its own header repeats what the list says. */
async function localEnd(source, file, listed, most) {
  const nameLength = uint16(listed, 28);
  must(file.offset + 30 + nameLength <= most, whole);
  const header = await source.read(file.offset, 30 + nameLength);
  const follows = (file.flags & 8) !== 0;
  must(uint32(header, 0) === 0x04034b50 && uint16(header, 28) === 0, whole);
  must(same(header.subarray(6, 14), listed.subarray(8, 16)) && uint16(header, 26) === nameLength, whole);
  const numbers = follows ? [0, 0, 0] : [file.crc, file.packed, file.size];
  must(
    numbers.every((value, at) => uint32(header, 14 + 4 * at) === value),
    whole,
  );
  must(same(header.subarray(30), listed.subarray(46, 46 + nameLength)), whole);
  return file.offset + 30 + nameLength;
}

/** Where a file ends, with the sizes that follow it where they were not known before. */
async function afterData(source, file, most) {
  const end = file.start + file.packed;
  const rest = (file.flags & 8) === 0 ? 0 : file.long ? 24 : 16;
  must(end + rest <= most, whole);
  if (rest === 0) return end;
  const tail = await source.read(end, rest);
  const [packed, size] = file.long
    ? [uint64(tail, 8), uint64(tail, 16)]
    : [uint32(tail, 8), uint32(tail, 12)];
  must(uint32(tail, 0) === 0x08074b50 && uint32(tail, 4) === file.crc, whole);
  must(packed === file.packed && size === file.size, whole);
  return end + rest;
}

async function* packedChunks(source, file) {
  const most = 256 * 1024;
  for (let at = 0; at < file.packed; at += most) {
    yield await source.read(file.start + at, Math.min(most, file.packed - at));
  }
}

/** A file's bytes, never more than it says that it has. */
export async function* chunksOf(source, platform, file) {
  let size = 0;
  let crc = 0;
  const packed = packedChunks(source, file);
  const chunks = file.method === 0 ? packed : platform.inflate(packed, file.packed);
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      must(size <= file.size, `${file.name} is longer than it says`);
      crc = crc32(chunk, crc);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Tampered || error instanceof CannotRun) throw error;
    throw new Tampered(`${file.name} cannot be unpacked`);
  }
  must(size === file.size && crc === file.crc, `${file.name} is not what it was when it was packed`);
}
