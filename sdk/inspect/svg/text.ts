/** Text in a picture. Names come from images of anybody: they are hostile until they went through here. */

/** Width of a character of the monospaced fonts in use, per unit of font size; DejaVu Sans Mono's is 0.602. */
const ADVANCE = 0.61;

/** What XML 1.0 forbids, and what turns text around or hides it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]/;
const COMBINING = /\p{M}/u;

/** As many columns as a terminal gives it: East Asian characters are two wide. */
function columnsOf(character: string): number {
  return character.codePointAt(0)! >= 0x1100 ? 2 : 1;
}

/** Characters that are safe to show, one per element. */
function safeCharacters(text: string): string[] {
  return Array.from(text.slice(0, 4096), (character) => {
    const code = character.codePointAt(0)!;
    const surrogate = code >= 0xd800 && code <= 0xdfff;
    return surrogate || UNSAFE.test(character) || COMBINING.test(character) ? '?' : character;
  });
}

/** `text` as XML character data or attribute value. */
export function xmlText(text: string): string {
  return safeCharacters(text)
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** `text` cut so that it is at most `width` units wide in a monospaced font of `size`. */
export function clip(text: string, width: number, size: number): string {
  const room = Math.floor(width / (size * ADVANCE));
  const characters = safeCharacters(text);
  let used = 0;
  for (const [i, character] of characters.entries()) {
    used += columnsOf(character);
    if (used <= room) continue;
    let kept = characters.slice(0, i);
    while (kept.length > 0 && kept.reduce((sum, one) => sum + columnsOf(one), 1) > room)
      kept = kept.slice(0, -1);
    return room < 1 ? '' : `${kept.join('')}…`;
  }
  return characters.join('');
}
