import qrcode from 'qrcode-generator';

/** Light squares around a code (ISO/IEC 18004, 5.3.8), without which scanners do not find it. */
const quietZone = 4;

/**
 * The squares of a QR code with its quiet zone, row by row; true is dark. `Alphanumeric`: digits, capitals and ` $%*+-./:`,
 * with a quarter of it redundant; `Byte`: any text, with less.
 */
export function qrSquares(text: string, mode: 'Alphanumeric' | 'Byte' = 'Alphanumeric'): boolean[][] {
  const code = qrcode(0, mode === 'Byte' ? 'L' : 'Q');
  code.addData(mode === 'Byte' ? Buffer.from(text, 'utf8').toString('latin1') : text, mode);
  code.make();
  const side = code.getModuleCount();
  const inside = (at: number) => at >= quietZone && at < quietZone + side;
  const whole = Array.from({ length: side + 2 * quietZone }, (_, at) => at);
  return whole.map((row) =>
    whole.map((column) => inside(row) && inside(column) && code.isDark(row - quietZone, column - quietZone)),
  );
}
