function logged(_target: unknown, _context: unknown) {}
class Door {
  @logged
  open() {}
}
new Door();
