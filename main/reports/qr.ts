import qrcode from 'qrcode-generator';

/** Light squares around a code (ISO/IEC 18004, 5.3.8), without which scanners do not find it. */
const quietZone = 4;

/** The squares of a QR code with its quiet zone, row by row; true is dark. `text`: digits, capitals and ` $%*+-./:`. */
export function qrSquares(text: string): boolean[][] {
  const code = qrcode(0, 'Q');
  code.addData(text, 'Alphanumeric');
  code.make();
  const side = code.getModuleCount();
  const inside = (at: number) => at >= quietZone && at < quietZone + side;
  const whole = Array.from({ length: side + 2 * quietZone }, (_, at) => at);
  return whole.map((row) =>
    whole.map((column) => inside(row) && inside(column) && code.isDark(row - quietZone, column - quietZone)),
  );
}
