import { en } from './en/index.ts';

/** A text, or one for each plural form that English has (Intl.PluralRules) of the parameter `count`. */
type Text = string | { readonly one: string; readonly other: string };
type Tree = { readonly [name: string]: Text | Tree };

type IsText<Node> = Node extends string
  ? true
  : Node extends { readonly one: string; readonly other: string }
    ? true
    : false;
type Keys<Node, Prefix extends string = ''> = {
  [Name in keyof Node & string]: IsText<Node[Name]> extends true
    ? `${Prefix}${Name}`
    : Keys<Node[Name], `${Prefix}${Name}.`>;
}[keyof Node & string];

type Words = typeof en;
export type MessageKey = Keys<Words>;

type At<Node, Key extends string> = Key extends `${infer Name}.${infer Rest}`
  ? Name extends keyof Node
    ? At<Node[Name], Rest>
    : never
  : Key extends keyof Node
    ? Node[Key]
    : never;
type Named<Template> = Template extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never;
type NamedIn<Node> = Node extends string
  ? Named<Node>
  : Node extends { readonly one: infer One; readonly other: infer Other }
    ? 'count' | Named<One> | Named<Other>
    : never;
type Parameters<Key extends MessageKey> = {
  readonly [Name in NamedIn<At<Words, Key>>]: string | number;
};
/** Keys of texts that take no parameters. */
export type PlainKey = {
  [Key in MessageKey]: [NamedIn<At<Words, Key>>] extends [never] ? Key : never;
}[MessageKey];
type Rest<Key extends MessageKey> = [NamedIn<At<Words, Key>>] extends [never] ? [] : [Parameters<Key>];

const plural = new Intl.PluralRules('en');
const numbers = new Intl.NumberFormat('en');

/** The text behind a key, with its `{parameters}` filled in. Keys and parameters are checked by the compiler. */
export function t<Key extends MessageKey>(key: Key, ...[parameters]: Rest<Key>): string {
  return fill(textAt(key), parameters ?? {});
}

/** For keys made of data, such as the code of an error, as a path of names: undefined where there is no such text. */
export function tryText(
  path: readonly string[],
  parameters: Readonly<Record<string, string | number>> = {},
): string | undefined {
  const text = find(path);
  return text === undefined ? undefined : fill(text, parameters);
}

function textAt(key: string): Text {
  const text = find(key.split('.'));
  if (text === undefined) throw new Error(`there is no text ${key}`);
  return text;
}

function find(path: readonly string[]): Text | undefined {
  let node: Text | Tree | undefined = en;
  for (const name of path) {
    node = typeof node === 'object' && Object.hasOwn(node, name) ? (node as Tree)[name] : undefined;
  }
  return node !== undefined && isText(node) ? node : undefined;
}

function isText(node: Text | Tree): node is Text {
  return typeof node === 'string' || (typeof node.one === 'string' && typeof node.other === 'string');
}

function fill(text: Text, parameters: Readonly<Record<string, string | number>>): string {
  const template =
    typeof text === 'string'
      ? text
      : text[plural.select(Number(parameters.count)) === 'one' ? 'one' : 'other'];
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}
