/** An element of an S3 answer: its own text where it has no children. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const deepest = 8;
const token =
  /<\?xml[^<>]*\?>|<(\/?)([A-Za-z][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/y;

/**
 * Reads the XML that S3 servers answer: elements, text, the five named entities and character references. Everything else,
 * document types and with them entities of one's own above all, is refused. Answers undefined for what it refuses.
 * Attributes are passed over. Follows XML 1.0 as far as it goes; bound the size before.
 */
export function readXml(text: string): XmlElement | undefined {
  interface Open {
    readonly name: string;
    text: string;
    readonly children: XmlElement[];
  }
  const root: Open = { name: '', text: '', children: [] };
  const open: Open[] = [root];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    const current = open.at(-1);
    if (found === null || current === undefined) return undefined;
    const [whole, closing, name, , empty] = found;
    if (name === undefined) {
      if (whole.startsWith('<?')) {
        if (at !== 0) return undefined;
        continue;
      }
      const plain = unescaped(whole);
      if (plain === undefined) return undefined;
      current.text += plain;
    } else if (closing === '/') {
      if (current.name !== name || empty === '/' || open.length < 2) return undefined;
      open.pop();
      open.at(-1)?.children.push(current);
    } else if (empty === '/') {
      current.children.push({ name, text: '', children: [] });
    } else {
      if (open.length > deepest) return undefined;
      open.push({ name, text: '', children: [] });
    }
  }
  const [only, ...more] = root.children;
  return open.length === 1 && more.length === 0 && root.text.trim() === '' ? only : undefined;
}

/** The text of the first child of this name. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

const named = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function unescaped(text: string): string | undefined {
  let broken = false;
  const plain = text.replace(/&([^;&]{0,10});?/g, (whole, entity: string) => {
    const character = whole.endsWith(';') ? (named.get(entity) ?? referenced(entity)) : undefined;
    if (character === undefined) broken = true;
    return character ?? '';
  });
  return broken ? undefined : plain;
}

function referenced(entity: string): string | undefined {
  const found = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(entity);
  if (found === null) return undefined;
  const code = found[1] === undefined ? Number(found[2]) : Number.parseInt(found[1], 16);
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
