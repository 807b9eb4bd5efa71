export function parse(text: string): string[] {
  return text.split(/;\s*/).map((part) => part.match('=')?.[0] ?? '');
}

export function stamp(): number {
  return Date.now();
}
