export class Table extends Map<string, number> {}
